import { type FunctionCode, qualifiedArn } from '../function.ts';
import type { Sandbox } from './sandbox.ts';

/** Idle sandboxes kept, where nothing else is said: each costs about 35 MB, and a single release meets most functions once. */
const WARM = 2;
/** Sandboxes at work at the same time; further invocations wait for one. */
const BUSY = 8;

/** Keeps sandboxes warm, also several of one function that were at work at once, while there is room for them beside those of others. */
export class Sandboxes {
  readonly #create: (code: FunctionCode) => Promise<Sandbox>;
  readonly #warm: number;
  /** In the order they became idle. */
  #idle: Sandbox[] = [];
  readonly #busy = new Set<Sandbox>();
  readonly #queue: (() => void)[] = [];
  #taken = 0;
  #closed = false;

  /** @param warm how many stay warm while idle */
  constructor(create: (code: FunctionCode) => Promise<Sandbox>, warm = WARM) {
    this.#create = create;
    this.#warm = warm;
  }

  /** How many are warm, for tests and for the report. */
  get warm(): number {
    return this.#idle.length;
  }

  /** A sandbox for one invocation, and whether it is a new one. Rejects once all are closed. */
  async take(code: FunctionCode): Promise<{ sandbox: Sandbox; cold: boolean }> {
    if (this.#taken >= BUSY) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#taken += 1;
    // The end itself raises events, such as tasks that stop: a sandbox that began now would have nobody to end it.
    if (this.#closed) {
      this.#free();
      throw new Error('the stand-in closes');
    }
    const warm = this.#wake(keyOf(code));
    try {
      const sandbox = warm ?? (await this.#create(code));
      this.#busy.add(sandbox);
      if (this.#closed) await sandbox.end();
      return { sandbox, cold: sandbox !== warm };
    } catch (error) {
      this.#free();
      throw error;
    }
  }

  /** Takes a sandbox back. One whose runtime died is not kept. */
  async give(sandbox: Sandbox, keep: boolean): Promise<void> {
    this.#busy.delete(sandbox);
    this.#free();
    if (!keep || !sandbox.alive) return sandbox.end();
    this.#idle.push(sandbox);
    if (this.#idle.length > this.#warm) await this.#leastMissed()?.end();
  }

  /** Takes the one out that was idle longest: of those that have another of their function beside them, else of all. */
  #leastMissed(): Sandbox | undefined {
    const keys = this.#idle.map(({ code }) => keyOf(code));
    const spare = keys.findIndex((key, at) => keys.indexOf(key, at + 1) > 0);
    return this.#idle.splice(Math.max(0, spare), 1)[0];
  }

  /** Ends every sandbox, at work or not. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#idle, ...this.#busy];
    this.#idle = [];
    await Promise.all(all.map((sandbox) => sandbox.end()));
  }

  /** The one that was at work last. One that died while it was idle is nobody's any more. */
  #wake(key: string): Sandbox | undefined {
    this.#idle = this.#idle.filter(({ alive }) => alive);
    const at = this.#idle.findLastIndex(({ code }) => keyOf(code) === key);
    return at < 0 ? undefined : this.#idle.splice(at, 1)[0];
  }

  #free(): void {
    this.#taken -= 1;
    this.#queue.shift()?.();
  }
}

// The revision is part of it: an updated function's old code must not answer from a warm sandbox.
const keyOf = (code: FunctionCode): string => `${qualifiedArn(code)} ${code.revision}`;
