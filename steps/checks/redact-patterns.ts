/**
 * Shapes of secrets whose values nobody told us: what the log of a stranger's library may print. In order: the larger shape first, so that a
 * smaller one does not cut it in half. The first group is kept, the rest is replaced. Each repetition that may fail is bounded: the time stays
 * in proportion to the text.
 */
export interface SecretShape {
  /** Says in the redacted text what stood there. */
  readonly name: string;
  readonly pattern: RegExp;
}

/** Keys whose value is a secret wherever it stands. Plain `token` and `secret` are not among them: request tokens and names are evidence. */
const keys = [
  'client_?secret',
  '(?:access|refresh|id|session|security|auth|bearer|task)_?token',
  'aws_secret_access_key',
  'secret_?access_?key',
  'secret_?string',
  'private_?key',
  'api_?key',
  'password',
  'passwd',
  'passphrase',
].join('|');

// Quotes may be escaped, once or more: JSON inside JSON is how Step Functions carries a Lambda's error.
const quote = String.raw`\\{0,7}["']`;

// No pattern asks for a word boundary at its beginning: in JSON the letter of an escape stands there (`\nBearer`), in a coloured log that of
// the colour (`[32mBearer`), and both would count as letters of the word itself.
export const shapes: readonly SecretShape[] = [
  { name: 'pre-signed-query', pattern: /(\?)[^\s"'<>?]{0,4096}\b(?:X-Amz-Signature|X-Goog-Signature|Signature|sig)=[^\s"'<>\\]*/gi },
  {
    name: 'signature',
    pattern: /(X-Amz-(?:Signature|Credential|Security-Token)(?:=|%3D))[^\s&"'<>\\]+/gi,
  },
  {
    name: 'url-password',
    pattern: /(:\/\/[^\s/:@"']{1,256}:)[^\s/@"']{1,256}(?=@)/g,
  },
  {
    name: 'header',
    pattern: new RegExp(
      String.raw`((?:proxy-)?authorization(?:${quote})?\s*[:=]\s*(?:${quote})?)(?!\[redacted)[^\s"'\\](?:[^"'\\\r\n]{0,8192})`,
      'gi',
    ),
  },
  {
    name: 'header',
    pattern: new RegExp(
      String.raw`((?:set-cookie|cookie|x-api-key|x-amz-security-token|webhook-signature)(?:${quote})?\s*[:=]\s*(?:${quote})?)(?!\[redacted)[^\s"'\\](?:[^"'\\\r\n]{0,8192})`,
      'gi',
    ),
  },
  {
    name: 'jwt',
    // Not in the midst of a longer text of its own alphabet: the time would grow with the square of it.
    pattern: /eyJ(?<=(?:^|[^\w-]|\\[bfnrt]|\\u[\da-fA-F]{4}|\[[\d;]{0,12}m)eyJ)[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*/g,
  },
  { name: 'webhook-signature', pattern: /(v1[a-z]{0,8},)[A-Za-z0-9+/_-]{40,}={0,2}/g },
  { name: 'aws-access-key', pattern: /(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])/g },
  {
    name: 'token',
    pattern: /(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|xox[abeoprs]-[A-Za-z0-9-]{10,})/g,
  },
  // `Basic authentication`, `Bearer token expired`: a word alone is no credential.
  {
    name: 'credential',
    pattern: /((?:bearer|basic)\s+)(?![A-Za-z]?[a-z]+\b(?![0-9+/=_.-]))[A-Za-z0-9+/=_.~-]{12,}/gi,
  },
  // Quoted: every value but an empty, masked or boolean one.
  {
    name: 'value',
    pattern: new RegExp(
      String.raw`((?:${keys})(?:${quote})?\s*[:=]\s*${quote})(?!\[redacted|\*{3}|(?:true|false|null)?\\{0,7}["'])[^"'\r\n]+?(?=\\{0,7}["']|$)`,
      'gim',
    ),
  },
  // Bare, as in a form body or an environment dump. After a colon and a space a plain word is prose: `client_secret: missing`.
  { name: 'value', pattern: new RegExp(String.raw`((?:${keys})=)(?!\[redacted|\*{3})[^\s&"'\\,;]+`, 'gi') },
  {
    name: 'value',
    pattern: new RegExp(String.raw`((?:${keys}):\s*)(?!\[redacted|\*{3})(?=[^\s"',;]{0,512}[0-9+/_=])[^\s"'\\,;]{8,}`, 'gi'),
  },
];
