import { StatesError } from './errors.ts';

/** Bytes that an input, an output, the arguments of a task, or one variable may have. */
export const PAYLOAD_BYTES = 256 * 1024;
/** Bytes that all variables of an execution may have together. */
export const VARIABLES_BYTES = 10 * 1024 * 1024;
/** Events that a history may hold; the last one tells how it ended. */
export const HISTORY_EVENTS = 25_000;

/** JSON text of a payload. Throws States.DataLimitExceeded, which only a catcher that names it may catch. */
export function payload(value: unknown, stateName: string): string {
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) > PAYLOAD_BYTES) {
    throw new StatesError(
      'States.DataLimitExceeded',
      `The state/task '${stateName}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }
  return text;
}
