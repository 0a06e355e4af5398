import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Decision, decide } from './decision.ts';
import type { Moment } from './story.ts';
import type { View } from './view/view.ts';

/** Who decides about a request for approval: a fixed answer, the person at this or another terminal, or nobody at all. */
export type Approval = 'yes' | 'no' | 'ask' | 'nobody';

/** The request is written a moment after its state is entered; tries, 100 ms apart. */
const tries = 100;

/** Answers the requests of one release. A person elsewhere may be quicker: then the question here is withdrawn. */
export class Approver {
  private readonly how: Approval;
  private readonly table: string;
  private readonly tag: string;
  private readonly signal: AbortSignal;
  private question: AbortController | null = null;

  constructor(how: Approval, { table, tag, signal }: { table: string; tag: string; signal: AbortSignal }) {
    this.how = how;
    this.table = table;
    this.tag = tag;
    this.signal = signal;
  }

  /** Hears each moment of the release. */
  hear({ state, event }: Moment, view: View | null): void {
    if (event !== 'entered') return;
    this.question?.abort();
    this.question = null;
    if (state === 'RequestApproval')
      void this.answer(view).catch((error: Error) => console.error(`The decision was not recorded: ${error.message}`));
  }

  private async answer(view: View | null): Promise<void> {
    if (this.how === 'nobody') return;
    if (this.how !== 'ask') return this.record(this.how === 'yes' ? 'approved' : 'rejected');
    await view?.pause();
    if (!process.stdin.isTTY) {
      console.log(`Waiting for a person: npx release approve ${this.tag}, or npx release reject ${this.tag}`);
      return;
    }
    this.question = new AbortController();
    const decision = await ask(this.tag, AbortSignal.any([this.signal, this.question.signal]));
    if (decision) await this.record(decision);
  }

  private async record(decision: Decision): Promise<void> {
    for (let left = tries; ; left--) {
      try {
        await decide(this.table, this.tag, decision, 'operator');
        return;
      } catch (error) {
        if (left === 0 || this.signal.aborted) throw error;
        await sleep(100);
      }
    }
  }
}

/** null when the question was withdrawn. */
async function ask(tag: string, signal: AbortSignal): Promise<Decision | null> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`Release ${tag} to production? [y/N] `, { signal });
    return /^y(es)?$/i.test(answer.trim()) ? 'approved' : 'rejected';
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    terminal.close();
  }
}
