import type { InvokeCommandInput } from '@aws-sdk/client-lambda';
import type { Call } from '../aws/kernel.ts';

/** The function that the machine invokes by this call; null for any other call. */
export function invokedBy({ service, operation, principal }: Call, input: unknown): string | null {
  if (service !== 'lambda' || operation !== 'Invoke' || !principal.arn.includes('ReleaseMachine-ReleaseRole')) return null;
  return (input as InvokeCommandInput).FunctionName ?? null;
}

/** Whether it is the first time that this function is invoked; later ones go well. */
export function firstTime(): (functionName: string) => boolean {
  const seen = new Set<string>();
  return (functionName) => !seen.has(functionName) && Boolean(seen.add(functionName));
}
