import { randomBytes } from 'node:crypto';
import type { Json } from './definition.ts';
import { StatesError } from './errors.ts';

/** What became of a token that an API call names. */
export type Answer = 'accepted' | 'timed out' | 'unknown' | 'malformed';

interface Waiting {
  readonly succeed: (output: Json) => void;
  readonly fail: (error: StatesError) => void;
  /** What a heartbeat pushes back, once the task waits. */
  heartbeat?: () => void;
}

/** A task's open token: its holder decides the task. */
export interface OpenToken {
  readonly token: string;
  readonly result: Promise<Json>;
  onHeartbeat(push: () => void): void;
  /** The task is over: later answers are told that it timed out. */
  close(): void;
}

// Real tokens are long and opaque; a short one would let a column or a message that truncates pass here.
const TOKEN_BYTES = 432;
const WELL_FORMED = /^[A-Za-z0-9+/=]{100,2048}$/;

/** The task tokens of all executions. */
export class TaskTokens {
  readonly #waiting = new Map<string, Waiting>();
  /** Tokens whose task is over. */
  readonly #over = new Set<string>();

  open(): OpenToken {
    const token = randomBytes(TOKEN_BYTES).toString('base64');
    let waiting: Waiting | undefined;
    const result = new Promise<Json>((succeed, fail) => {
      waiting = { succeed, fail };
      this.#waiting.set(token, waiting);
    });
    // Nobody may be listening when a failure arrives before the task starts to wait.
    result.catch(() => {});
    return {
      token,
      result,
      onHeartbeat: (push) => {
        waiting!.heartbeat = push;
      },
      close: () => this.#close(token),
    };
  }

  succeed(token: string, output: Json): Answer {
    return this.#answer(token, (waiting) => {
      this.#close(token);
      waiting.succeed(output);
    });
  }

  fail(token: string, error: string | undefined, cause: string | undefined): Answer {
    return this.#answer(token, (waiting) => {
      this.#close(token);
      waiting.fail(new StatesError(error ?? '', cause));
    });
  }

  heartbeat(token: string): Answer {
    return this.#answer(token, (waiting) => waiting.heartbeat?.());
  }

  #answer(token: string, act: (waiting: Waiting) => void): Answer {
    if (!WELL_FORMED.test(token)) return 'malformed';
    const waiting = this.#waiting.get(token);
    if (!waiting) return this.#over.has(token) ? 'timed out' : 'unknown';
    act(waiting);
    return 'accepted';
  }

  #close(token: string): void {
    if (this.#waiting.delete(token)) this.#over.add(token);
  }
}
