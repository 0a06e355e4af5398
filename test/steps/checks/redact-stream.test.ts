import fc from 'fast-check';
import { createRedactor } from '../../../steps/checks/redact.ts';
import { redactPieces } from '../../../steps/checks/redact-stream.ts';

const value = 'example-client-secret';
const redact = createRedactor([{ name: 'client_secret', value }]);
const base64 = 'RXhhbXBsZTEyMzQ1Njc4OTA'.repeat(3);
const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => `2026-01-01T12:00:00.000Z line ${index} of an ordinary log\n`).join('');
const key = ['-----BEGIN EC PRIVATE KEY-----', ...Array.from({ length: 20 }, () => base64), '-----END EC PRIVATE KEY-----'];

async function through(text: string, cuts: readonly number[]): Promise<string> {
  const pieces = async function* () {
    let from = 0;
    for (const cut of [...cuts].sort((a, b) => a - b)) {
      yield text.slice(from, cut);
      from = Math.max(from, cut);
    }
    yield text.slice(from);
  };
  let out = '';
  for await (const piece of redactPieces(redact, pieces())) out += piece;
  return out;
}

describe('redactPieces', () => {
  it('answers what redacting the whole does, wherever the pieces end', async () => {
    const secret = fc.constantFrom(value, `Bearer ${base64}`, key.join('\n'), Buffer.from(value).toString('base64'), 'INFO');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 9_000 }),
        fc.array(secret, { maxLength: 4 }),
        fc.array(fc.nat()),
        async (count, planted, cuts) => {
          const text = `${lines(count)}${planted.map((each) => `2026-01-01T12:00:00.000Z said ${each}\n`).join(lines(40))}${lines(5)}`;
          const out = await through(
            text,
            cuts.map((cut) => cut % (text.length + 1)),
          );
          expect(out === redact(text)).toBe(true);
          expect(out).not.toContain(value);
          expect(out).not.toContain(base64);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds a secret at every place around the size at which it begins to write', async () => {
    const size = 256 * 1024;
    for (const shift of [-30, -21, -11, -1, 0, 1]) {
      const filler = lines(6_000).slice(0, size + shift);
      const out = await through(`${filler}${value}\n${lines(3)}`, [size - 5, size, size + 7]);
      expect(out).not.toContain(value.slice(0, 12));
      expect(out).toContain('[redacted:client_secret]');
    }
  });

  it('keeps a private key back until its end is there', async () => {
    const text = `${lines(5_200)}${key.join('\n')}\n${lines(2)}`;
    for (let cut = text.indexOf('-----BEGIN'); cut < text.indexOf('-----END'); cut += 97) {
      const out = await through(text, [cut]);
      expect(out).not.toContain(base64);
      expect(out).toContain('[redacted:private-key]');
    }
  });

  it('keeps lines back that may be the rest of a key whose beginning is gone', async () => {
    const text = `${lines(5_250)}${key.slice(1).join('\n')}\n${lines(2)}`;
    for (let cut = text.indexOf(base64); cut < text.indexOf('-----END'); cut += 97)
      expect(await through(text, [cut])).not.toContain(base64);
  });

  it('finds a place to cut in a line without an end, never within a secret', async () => {
    const words = 'word '.repeat(400_000);
    const out = await through(`${words}${value} ${words}`, [words.length + 5, 2 * words.length]);
    expect(out).toBe(`${words}[redacted:client_secret] ${words}`);
  });

  it('withholds a text that ends nowhere and can be cut nowhere, and goes on after it', async () => {
    // Redacting the parts never says what redacting the whole does, wherever it is cut.
    const inseparable = (text: string) => `${text}!`;
    const endless = async function* () {
      for (let sent = 0; sent < 9; sent += 1) yield 'x'.repeat(1024 * 1024);
      yield 'the end\n';
    };
    const out: string[] = [];
    for await (const piece of redactPieces(inseparable, endless())) out.push(piece.slice(0, 40));
    expect(out).toEqual(['[redacted:unbroken-text]', 'the end\n!']);
  });

  it('waits no longer for the end of a key than a key is long', async () => {
    const text = `${lines(5_200)}-----BEGIN EC PRIVATE KEY-----\n${lines(5_000)}`;
    const out: string[] = [];
    const pieces = async function* () {
      yield text;
      yield 'more\n';
    };
    for await (const piece of redactPieces(redact, pieces())) out.push(piece);
    // All of it had left before the next piece came: none was held back as a part of the key.
    expect(out.slice(1)).toEqual(['more\n']);
    expect(out[0]).toContain('[redacted:private-key]');
  });

  it('has nothing to say of nothing', async () => {
    expect(await through('', [])).toBe('');
  });

  it('holds little: most has left before the end is there', async () => {
    let sent = 0;
    let received = 0;
    let most = 0;
    const pieces = async function* () {
      for (let page = 0; page < 40; page += 1) {
        const piece = lines(2_000);
        sent += piece.length;
        yield piece;
      }
    };
    for await (const piece of redactPieces(redact, pieces())) {
      received += piece.length;
      most = Math.max(most, sent - received);
    }
    expect(received).toBe(sent);
    expect(most).toBeLessThan(512 * 1024);
  });
});
