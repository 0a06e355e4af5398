/** Keys of a secret with the kinds of their values, `client_id string`: what a person may be shown of it. Never a value. Empty when it is no JSON object. */
export function secretKeys(text: string): string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return []; // The parser's error quotes the text: it goes no further.
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return [];
  return Object.entries(parsed).map(([key, value]) => `${key} ${value === null ? 'null' : typeof value}`);
}
