/**
 * One page of a list, with the token of the next as AWS gives it: opaque, and absent after the last page.
 * @param token what the page before gave; @default - the first page
 */
export function page<Item>(items: readonly Item[], token: string | undefined, size: number): { items: Item[]; nextToken?: string } {
  const start = token ? Number(Buffer.from(token, 'base64url').toString()) : 0;
  const end = start + size;
  const nextToken = end < items.length ? Buffer.from(String(end)).toString('base64url') : undefined;
  return { items: items.slice(start, end), nextToken };
}
