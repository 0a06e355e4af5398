import { LambdaClient } from '@aws-sdk/client-lambda';
import { type Decision, DecisionAnswer } from '../contract/decision.ts';
import type { DecisionDesk } from '../contract/operator-ports.ts';
import { defaults } from './defaults.ts';
import { httpClient } from './http-client.ts';

export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * @param address of DecideApproval, as the machine stack exports it
 * @param credentials @default - those of the environment, as every AWS client finds them
 */
export function decisionDesk(address: string, credentials?: Signer): DecisionDesk {
  // Only its signer is used: the address is none of Lambda's API.
  const { config } = new LambdaClient({ ...defaults, ...(credentials && { credentials }) });
  const call = async (url: URL, body?: string) => {
    const { signer } = config;
    const { method, headers } = await (await signer()).sign({
      method: body === undefined ? 'GET' : 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { host: url.host, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body }),
    });
    const answer = await httpClient().request({ method, url: url.href, headers, timeoutSeconds: 30, ...(body !== undefined && { body }) });
    return { status: answer.status, ...read(answer.body) };
  };
  return {
    show: (tag) => call(new URL(`?tag=${encodeURIComponent(tag)}`, address)),
    decide: (decision: Decision) => call(new URL(address), JSON.stringify(decision)),
  };
}

/** The endpoint's own answer, or what AWS says in its place: that the signature or the right is missing. */
function read(body: string): DecisionAnswer {
  const value: unknown = json(body);
  const answer = DecisionAnswer.safeParse(value);
  if (answer.success) return answer.data;
  const { Message, message = Message } = (value ?? {}) as Record<string, string>;
  return { message: message ?? (body.slice(0, 200) || 'no answer') };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
