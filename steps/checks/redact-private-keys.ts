/**
 * Takes private keys out of a text. The one shape that runs over lines, and of which a log's tail may hold a part only: written as a walk
 * from marker to marker, because a pattern would look from every character to the end of the text.
 */
export function withoutPrivateKeys(text: string): string {
  const markers = [...text.matchAll(/-----(BEGIN|END) (?:[A-Z0-9]+ ){0,4}PRIVATE KEY-----/g)];
  let result = '';
  let position = 0;
  for (const [index, marker] of markers.entries()) {
    if (marker.index < position) continue; // The END of a key that is already cut out.
    const after = marker.index + marker[0].length;
    const before = text.slice(position, marker.index);
    const next = markers[index + 1];
    if (marker[1] === 'END') {
      result += `${withoutTrailingKey(before)}${replacement}`;
      position = after;
    } else if (next?.[1] === 'END' && next.index - after <= longestKey) {
      result += `${before}${replacement}`;
      position = next.index + next[0].length;
    } else {
      result += `${before}${replacement}`;
      position = after + leadingKeyLength(text.slice(after, next?.index));
    }
  }
  return result + text.slice(position);
}

const replacement = '[redacted:private-key]';
/** Characters between the markers of the largest key in use, RSA 16384. */
const longestKey = 16_384;

// A key's line as a log holds it: real or escaped line end, perhaps a time before it, base64 to the end. A quote is JSON around it.
const lineEnd = /(\r?\n|\\+r|\\+n)/;
const keyLine = /^(?:[^"'\\]{0,60}\s)?[A-Za-z0-9+/]{2,128}={0,2}\s*$/;

// In JSON, a key that was cut off shares its first or last line with the string that holds it.
const keyLineThenQuote = /^(?:[^"'\\]{0,60}\s)?[A-Za-z0-9+/]{16,128}={0,2}(?=\\*["'])/;
const keyLineAfterQuote = /(?<=[^A-Za-z0-9+/\\]|\\[bfnrt]|\\u[0-9a-fA-F]{4})[A-Za-z0-9+/]{16,128}={0,2}$/;

function leadingKeyLength(text: string): number {
  const pieces = text.slice(0, longestKey * 2).split(lineEnd);
  const end = pieces.findIndex((piece, index) => index % 2 === 0 && piece.trim() !== '' && !keyLine.test(piece));
  if (end === -1) return pieces.join('').length;
  return pieces.slice(0, end).join('').length + (keyLineThenQuote.exec(pieces[end] ?? '')?.[0].length ?? 0);
}

function withoutTrailingKey(text: string): string {
  const pieces = text.slice(-longestKey * 2).split(lineEnd);
  let start = pieces.length;
  while (start > 0 && ((start - 1) % 2 === 1 || pieces[start - 1]?.trim() === '' || keyLine.test(pieces[start - 1] ?? ''))) start -= 1;
  const cut = pieces.slice(start).join('').length + (keyLineAfterQuote.exec(pieces[start - 1] ?? '')?.[0].length ?? 0);
  return cut === 0 ? text : text.slice(0, -cut);
}
