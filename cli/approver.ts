import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { People } from '../rehearsal/world/people.ts';
import { type Decided, decide, lookAt } from './decision.ts';
import type { Moment } from './story.ts';
import type { View } from './view/view.ts';

/** Who decides about a request for approval: a fixed answer, the person at this or another terminal, or nobody at all. */
export type Approval = 'yes' | 'no' | 'ask' | 'nobody';

/** The request is written a moment after its state is entered; tries, 100 ms apart. */
const tries = 100;

/** Answers the requests of one release. A person elsewhere may be quicker: then the question here is withdrawn. */
export class Approver {
  private readonly how: Approval;
  private readonly address: string;
  private readonly as: People['approver'];
  private readonly tag: string;
  private readonly signal: AbortSignal;
  private question: AbortController | null = null;

  /** @param address of the endpoint of decisions; @param as whose signature the answer bears */
  constructor(how: Approval, { address, as, tag, signal }: { address: string; as: People['approver']; tag: string; signal: AbortSignal }) {
    this.how = how;
    this.address = address;
    this.as = as;
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

  private async record(decision: Decided): Promise<void> {
    const { decisionDesk } = await import('../steps/clients/decision-desk.ts');
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = this.as;
    const desk = decisionDesk(this.address, { accessKeyId, secretAccessKey, sessionToken });
    for (let left = tries; ; left--) {
      try {
        const request = await lookAt(this.tag, desk);
        // A stage before this one had a request, too: it is decided.
        if (request.decision === 'pending') {
          await decide(request, decision, undefined, desk);
          return;
        }
        throw new Error(`the request of ${this.tag} is ${request.decision}`);
      } catch (error) {
        if (left === 0 || this.signal.aborted) throw error;
        await sleep(100);
      }
    }
  }
}

/** null when the question was withdrawn. */
async function ask(tag: string, signal: AbortSignal): Promise<Decided | null> {
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
