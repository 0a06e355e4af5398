import type { Redact } from './redact.ts';

/** Characters that are redacted at once: enough that the cost of a cut does not count, little enough for many streams side by side. */
const enough = 256 * 1024;
/** A private key is at most 16,384 characters between its markers; with the time before each of its lines, at most this. */
const longestKey = 32_768;
/** A text without a line end or a place to cut for so long is no log: it is withheld. */
const mostHeld = 8 * 1024 * 1024;

/**
 * Redacts a text that arrives in pieces, in bounded memory. Where a piece ends has no meaning: a secret may lie across. So nothing leaves
 * before the line it stands on is whole, nor a line before the private key that it may belong to is.
 */
export async function* redactPieces(redact: Redact, pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let held = '';
  for await (const piece of pieces) {
    held += piece;
    if (held.length < enough) continue;
    const cut = placeToCut(held, redact);
    if (cut > 0) yield redact(held.slice(0, cut));
    held = held.slice(cut);
    if (held.length <= mostHeld) continue;
    yield '[redacted:unbroken-text]';
    held = '';
  }
  if (held !== '') yield redact(held);
}

/** How much of the text may leave; 0 when none yet. */
function placeToCut(text: string, redact: Redact): number {
  const lineEnd = text.lastIndexOf('\n') + 1;
  const cut = lineEnd === 0 ? 0 : beforeKeyLines(text, beforeOpenKey(text, lineEnd));
  return cut > 0 || text.length < 4 * enough ? cut : withinLine(text, redact);
}

/** A key that has begun and not ended is kept back whole. */
function beforeOpenKey(text: string, cut: number): number {
  const begin = text.slice(0, cut).lastIndexOf('-----BEGIN ');
  if (begin === -1 || cut - begin > longestKey) return cut;
  const open = !/-----END [A-Z0-9 ]{0,40}-----/.test(text.slice(begin, cut));
  return open ? text.lastIndexOf('\n', begin) + 1 : cut;
}

const keyLineEnd = /[A-Za-z0-9+/]{40,128}={0,2}\s*$/;

/** Lines that look like a key's whose beginning was never seen: only its end, which may be about to come, would tell. */
function beforeKeyLines(text: string, from: number): number {
  let cut = from;
  while (cut > 0 && from - cut < longestKey) {
    const start = text.lastIndexOf('\n', cut - 2) + 1;
    if (!keyLineEnd.test(text.slice(Math.max(start, cut - 200), cut))) return cut;
    cut = start;
  }
  return cut;
}

/** In a line of more than a megabyte: where redacting both sides is the same as redacting the whole. */
function withinLine(text: string, redact: Redact): number {
  const whole = redact(text);
  for (let cut = text.length - longestKey; cut > 0; cut -= longestKey) {
    if (redact(text.slice(0, cut)) + redact(text.slice(cut)) === whole) return cut;
  }
  return 0;
}
