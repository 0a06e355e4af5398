import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Permission } from '../kernel.ts';

/** One API call, without what it carried: requests and answers hold secrets. */
export interface RecordedCall {
  /** ISO 8601. */
  readonly at: string;
  readonly id: string;
  /** ARN, or `unknown`. */
  readonly principal: string;
  /** Signing name. */
  readonly service: string;
  readonly operation: string;
  /** What the caller had to be allowed. */
  readonly permissions: readonly Permission[];
  /** `ok`, or the error's name. */
  readonly outcome: string;
}

/** Keeps every call in memory and, as JSON lines, in `calls.jsonl` under `home`. */
export class CallLog {
  readonly calls: RecordedCall[] = [];
  readonly #file: string;
  #closed = false;

  constructor(home: string) {
    this.#file = join(home, 'calls.jsonl');
  }

  /** What is still under way has nobody left to read of it, and soon no folder to be written to. */
  close(): void {
    this.#closed = true;
  }

  add(call: RecordedCall): void {
    this.calls.push(call);
    if (this.#closed) return;
    // Written at once: the file is read by other processes while a rehearsal runs, and after it was killed.
    appendFileSync(this.#file, `${JSON.stringify(call)}\n`);
  }
}
