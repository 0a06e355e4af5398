import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { OperationType } from '@aws-sdk/client-cloudformation';
import type { Principal } from '../kernel.ts';

/** One thing that is done to a stack, from the API call that starts it to the status that ends it. */
export class Operation {
  readonly id = randomUUID();
  readonly type: OperationType;
  readonly token?: string;
  /** In whose name resources are made: the stack's role, else whoever called. */
  readonly principal: Principal;
  readonly startedAt = new Date();
  /** Why it was stopped from outside: an update that is cancelled, a creation whose stack is deleted. */
  interruption?: 'cancel' | 'delete';
  /** Settles when the stack has its final status. Never rejects. */
  done: Promise<void> = Promise.resolve();
  #phase = newPhase();

  constructor(type: OperationType, principal: Principal, token?: string) {
    this.type = type;
    this.principal = principal;
    this.token = token;
  }

  /** Aborted when what is under way must stop. A rollback gets a fresh one. */
  get signal(): AbortSignal {
    return this.#phase.signal;
  }

  stop(): void {
    this.#phase.abort(new Error('the stack operation was stopped'));
  }

  nextPhase(): void {
    this.#phase = newPhase();
  }

  interrupt(by: 'cancel' | 'delete'): void {
    this.interruption = by;
    this.stop();
  }
}

/** Resources are made side by side, and each listens: a warning at the eleventh would be a false alarm. */
function newPhase(): AbortController {
  const phase = new AbortController();
  setMaxListeners(0, phase.signal);
  return phase;
}
