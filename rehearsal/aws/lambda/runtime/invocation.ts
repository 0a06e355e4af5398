import { randomUUID } from 'node:crypto';
import type { FunctionCode } from '../function.ts';
import type { Ended, Sandbox } from './sandbox.ts';
import type { Sandboxes } from './sandboxes.ts';

/** How an invocation ended. */
export interface Invoked {
  readonly requestId: string;
  /** JSON of the handler's result, or of `{errorType, errorMessage, trace}`. */
  readonly payload: string;
  /** Set when the payload is an error. */
  readonly functionError?: 'Unhandled';
}

/** Bytes of a synchronous invocation's answer. */
const ANSWER_BYTES = 6 * 1024 * 1024;

/** Invokes a function once and writes START, END and REPORT around what it logs. */
export async function invoke(sandboxes: Sandboxes, code: FunctionCode, event: string, invokedArn: string): Promise<Invoked> {
  const requestId = randomUUID();
  const began = performance.now();
  const { sandbox, cold } = await sandboxes.take(code);
  let keep = false;
  try {
    const write = (line: string) => sandbox.log(line);
    const failed = await sandbox.ready;
    const init = performance.now() - began;
    write(`START RequestId: ${requestId} Version: ${code.version}`);
    const started = performance.now();
    const ended = failed ? { failed } : await withinTimeout(sandbox, requestId, event, invokedArn, write);
    write(`END RequestId: ${requestId}`);
    write(report(code, requestId, performance.now() - started, cold ? init : undefined));
    keep = !failed;
    return { requestId, ...answer(ended) };
  } finally {
    await sandboxes.give(sandbox, keep);
  }
}

/** A handler that takes longer than the template's Timeout loses its sandbox with all that it still does. */
async function withinTimeout(
  sandbox: Sandbox,
  requestId: string,
  event: string,
  invokedArn: string,
  write: (line: string) => void,
): Promise<Ended> {
  const milliseconds = sandbox.code.timeout * 1000;
  const ending = sandbox.invoke(requestId, event, invokedArn, Date.now() + milliseconds);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, milliseconds, 'late');
  });
  const first = await Promise.race([ending, late]);
  clearTimeout(timer);
  if (first !== 'late') return first;
  await sandbox.end();
  const what = `Task timed out after ${sandbox.code.timeout.toFixed(2)} seconds`;
  write(`${new Date().toISOString()} ${requestId} ${what}`);
  return { failed: { errorType: 'Sandbox.Timedout', errorMessage: `RequestId: ${requestId} Error: ${what}` } };
}

function answer(ended: Ended): Pick<Invoked, 'payload' | 'functionError'> {
  if ('failed' in ended) return { payload: JSON.stringify(ended.failed), functionError: 'Unhandled' };
  const bytes = Buffer.byteLength(ended.ok);
  if (bytes <= ANSWER_BYTES) return { payload: ended.ok };
  const errorMessage = `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${ANSWER_BYTES} bytes).`;
  return { payload: JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage }), functionError: 'Unhandled' };
}

function report({ memorySize }: FunctionCode, requestId: string, duration: number, init?: number): string {
  const parts = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${duration.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(duration + (init ?? 0))} ms`,
    `Memory Size: ${memorySize} MB`,
  ];
  if (init !== undefined) parts.push(`Init Duration: ${init.toFixed(2)} ms`);
  return `${parts.join('\t')}\t`;
}
