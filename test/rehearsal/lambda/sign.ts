import { LambdaClient } from '@aws-sdk/client-lambda';
import type { STSClient } from '@aws-sdk/client-sts';

export interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
export interface SignedCall {
  readonly method?: string;
  readonly body?: string;
  readonly key: Key;
  /** Whose signer signs. @default Lambda's */
  readonly client?: typeof LambdaClient | typeof STSClient;
  readonly signingDate?: Date;
}

/** Headers under which the SDK's own signer sends a request. */
export async function signed(address: string, { method = 'GET', body, key, client = LambdaClient, signingDate }: SignedCall) {
  const { protocol, hostname, port, host, pathname, searchParams } = new URL(address);
  const { config } = new client({ region: 'us-east-1', credentials: key });
  const signer = await config.signer();
  const query = Object.fromEntries(searchParams);
  const headers = { host, ...(body !== undefined && { 'content-type': 'application/json' }) };
  const request = { method, protocol, hostname, port: Number(port), path: pathname, query, headers, ...(body !== undefined && { body }) };
  return (await signer.sign(request, { ...(signingDate && { signingDate }) })).headers;
}

/** Calls as the holder of the key. `headers` beside the signed ones or in their place, `sent` in place of the signed body. */
export async function call(
  address: string,
  given: SignedCall & { headers?: Record<string, string>; sent?: string },
): Promise<{ status: number; text: string }> {
  const headers = { ...(await signed(address, given)), ...given.headers };
  const body = given.sent ?? given.body;
  const answer = await fetch(address, { method: given.method ?? 'GET', headers, ...(body !== undefined && { body }) });
  return { status: answer.status, text: await answer.text() };
}
