import { type KeyObject, sign } from 'node:crypto';

let count = 0;

/** Headers of a webhook signed as Benchling signs. */
export function signedHeaders(
  body: string | Buffer,
  key: KeyObject,
  { id = `msg_example_${++count}`, timestamp = String(Date.now() / 1000) }: { id?: string; timestamp?: string } = {},
): Record<string, string> {
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), Buffer.from(body)]);
  const signature = sign('sha256', content, { key, dsaEncoding: 'der' }).toString('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1bder,${signature}` };
}

export const entryEvent = (message: object = {}) =>
  JSON.stringify({ version: '0', channel: 'events', message: { type: 'v2.entry.created', resourceId: 'etr_example', ...message } });
