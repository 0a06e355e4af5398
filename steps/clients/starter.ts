import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Started } from '../contract/by-hand.ts';
import type { Starter } from '../contract/operator-ports.ts';
import { defaults } from './defaults.ts';

const client = new LambdaClient(defaults);

/** @param FunctionName ARN of the starter's version, as the machine stack exports it */
export const starter = (FunctionName: string): Starter => ({
  async ask(asked) {
    const { Payload, FunctionError } = await client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify({ asked }) }));
    const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString('utf8') || 'null');
    if (!FunctionError) return Started.parse(answer);
    const { errorType = FunctionError, errorMessage = 'no reason was given' } = (answer ?? {}) as Record<string, string>;
    throw new Error(`StartRelease failed: ${errorType}: ${errorMessage}`);
  },
});
