import { shapes } from './redact-patterns.ts';
import { withoutPrivateKeys } from './redact-private-keys.ts';

/** Takes secrets out of a text. Pure, and idempotent: a text that went through is not changed by a second time. */
export type Redact = (text: string) => string;

/** A value to remove wherever it appears, and the name that is left in its place. */
export interface SecretValue {
  readonly name: string;
  readonly value: string;
}

/** A shorter one is no credential, and removing every `INFO` or `true` would remove the evidence. */
const shortest = 6;

/**
 * The door of the diagnostics store. `values` are removed in every form in which a program prints them: as they are, escaped in JSON (also in
 * JSON inside JSON, four deep), URL-encoded, in base64 and base64url also in the midst of a longer text. Shapes of secrets are removed in any case.
 */
export function createRedactor(values: readonly SecretValue[] = []): Redact {
  // Longest first: a value that holds another must not be left with its ends standing.
  const known = values
    .flatMap(inLines)
    .filter(({ value }) => value.length >= shortest)
    .sort((a, b) => b.value.length - a.value.length);
  const patterns = known.map(({ name, value }) => ({ name, pattern: new RegExp(formsOf(value).join('|'), 'g') }));
  return (text) => {
    const withoutValues = patterns.reduce((rest, { name, pattern }) => rest.replace(pattern, () => `[redacted:${name}]`), text);
    return withoutShapes(withoutPrivateKeys(withoutValues));
  };
}

/** A log holds a value of several lines (a key, a certificate) with a time before each of them. */
function inLines(whole: SecretValue): SecretValue[] {
  const lines = whole.value.split(/\r?\n/);
  const long = lines.length > 1 ? lines.filter((line) => line.length >= 16 && !line.startsWith('-----')) : [];
  return [whole, ...long.map((value) => ({ name: whole.name, value }))];
}

function withoutShapes(text: string): string {
  return shapes.reduce(
    (rest, { name, pattern }) =>
      rest.replace(pattern, (_whole, kept: unknown) => `${typeof kept === 'string' ? kept : ''}[redacted:${name}]`),
    text,
  );
}

/** Sources of patterns, the longest forms first. */
function formsOf(value: string): string[] {
  // A log line in JSON, in a Lambda's error, in Step Functions' cause, in our object: four times escaped.
  const once = jsonEscaped(value);
  const twice = jsonEscaped(once);
  const thrice = jsonEscaped(twice);
  const literal = [jsonEscaped(thrice), thrice, twice, once, ...base64Forms(value)];
  return [...new Set(literal.filter((form) => form.length >= shortest).map(escapeRegExp)), urlForm(value)];
}

// Encoders differ in which characters they leave alone and in the case of the digits: any mixture is this value, the value itself too.
function urlForm(value: string): string {
  return [...value]
    .map((character) => {
      const hex = Buffer.from(character, 'utf8').toString('hex').match(/../g) ?? [];
      const encoded = hex.map((byte) => `%${byte.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)}`).join('');
      return `(?:${escapeRegExp(character)}|${encoded}${character === ' ' ? '|\\+' : ''})`;
    })
    .join('');
}

/**
 * In the midst of a longer text a value's base64 depends on where it begins, modulo three bytes. What the neighbours cannot influence is cut
 * out: at most one character at either end stays, which tells nothing.
 */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const inner = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const from = Math.ceil((offset * 8) / 6);
    return text.slice(from, Math.floor(((offset + bytes.length) * 8) / 6));
  });
  return [bytes.toString('base64'), ...inner].flatMap((form) => [
    form,
    form.replaceAll('+', '-').replaceAll('/', '_'),
    encodeURIComponent(form),
  ]);
}

const jsonEscaped = (text: string) => JSON.stringify(text).slice(1, -1);
const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
