import { ReleaseMeter } from '../steps/checks/release-meter.ts';
import type { HistoryEvent } from '../steps/clients/execution-history.ts';
import type { Heal } from '../steps/contract/deployment.ts';
import type { Diagnosis, Diagnostics, Failure, Proof, Recovery, ReportPointer } from '../steps/contract/failure.ts';
import type { Release } from '../steps/contract/release.ts';

/** One thing worth telling. */
export interface Moment {
  readonly at: string;
  /** null before the first stage and after the last. */
  readonly stage: string | null;
  readonly state: string;
  readonly event: 'entered' | 'waiting' | 'done' | 'failed';
  /** What it waits for, or why it failed. */
  readonly text?: string;
}

/** What became of one stage. */
export interface StageStory {
  readonly name: string;
  outcome: 'in-progress' | 'released' | 'failed';
}

/** A stack that was locked before the release came, and was freed. */
export interface HealStory {
  readonly stage: string;
  readonly did: readonly string[];
}

/** Everything that the machine's variables told so far. */
export interface Known {
  release?: Release;
  failure?: Failure;
  diagnostics?: Diagnostics;
  diagnosis?: Diagnosis;
  recovery?: Recovery;
  proof?: Proof;
  report?: ReportPointer;
}

/** States that wait for an event, beside the step that asked for the wait: only Describe calls tell something. */
const listening = 'ListenFor';

/** An execution that ends so was ended from outside. */
const deaths = new Set(['ExecutionAborted', 'ExecutionTimedOut']);

/** Reads an execution's history as a story: the same on AWS and in a rehearsal, because the history has one shape. */
export class Story {
  readonly moments: Moment[] = [];
  readonly stages: StageStory[] = [];
  readonly heals: HealStory[] = [];
  readonly known: Known = {};
  /** What it costs. */
  readonly meter = new ReleaseMeter();
  private stage: string | null = null;
  private current: string | null = null;
  private lastWords = '';

  /** Takes one event in; answers what it adds to the story. */
  take(event: HistoryEvent): Moment[] {
    this.meter.take(event);
    if (event.state?.startsWith(listening)) return [];
    if (event.type === 'TaskStateEntered' && event.state && event.state !== this.current) return this.enter(event.at, event.state);
    if (event.type.endsWith('StateExited')) return this.leave(event);
    if (deaths.has(event.type)) return this.die(event);
    if (event.type.startsWith('Execution') && event.type !== 'ExecutionStarted') return this.finish(event.at);
    return [];
  }

  private enter(at: string, state: string): Moment[] {
    const before = this.finish(at);
    this.current = state;
    this.lastWords = '';
    return [...before, this.tell({ at, stage: this.stage, state, event: 'entered' })];
  }

  private leave({ at, state = '', assigned }: HistoryEvent): Moment[] {
    this.learn(assigned);
    if (state === 'NextStage') this.nextStage(assigned['stage']);
    if (state === 'Entrance') this.takeOver(assigned['stage']);
    if (state === 'UnlockStage' && !('failure' in assigned)) this.mark('released');
    if (assigned['failure']) return this.fail(at, assigned['failure'] as Failure);
    const waiting = Object.values(assigned).map(wordsOf).find(Boolean);
    if (!waiting || waiting === this.lastWords || state !== this.current) return [];
    this.lastWords = waiting;
    return [this.tell({ at, stage: this.stage, state, event: 'waiting', text: waiting })];
  }

  /** Where it stood is not known to be done. A rescue that follows says more. */
  private die({ at, type, error, cause }: HistoryEvent): Moment[] {
    const state = this.current;
    this.current = null;
    if (state === null) return [];
    const words = [type.replace('Execution', 'the execution was ').toLowerCase(), error, cause].filter(Boolean).join(': ');
    return [this.tell({ at, stage: this.stage, state, event: 'failed', text: words })];
  }

  /** A rescue begins in the midst of a story: of this one, or of one that was told elsewhere. */
  private takeOver(stage: unknown): void {
    const { name } = (stage ?? {}) as { name?: string };
    if (name === undefined || this.stages.at(-1)?.name !== name) this.nextStage(stage);
  }

  private fail(at: string, failure: Failure): Moment[] {
    this.mark('failed');
    const last = this.moments.at(-1);
    // Told already, when the execution died in it.
    if (last?.event === 'failed' && last.state === failure.state) return [];
    const failed = this.tell({
      at,
      stage: this.stage,
      state: failure.state,
      event: 'failed',
      text: `${failure.error}: ${messageOf(failure.cause)}`,
    });
    this.current = null;
    return [failed];
  }

  private finish(at: string): Moment[] {
    if (this.current === null) return [];
    const state = this.current;
    this.current = null;
    return [this.tell({ at, stage: this.stage, state, event: 'done' })];
  }

  private nextStage(stage: unknown): void {
    this.stage = (stage as { name?: string } | undefined)?.name ?? null;
    if (this.stage) this.stages.push({ name: this.stage, outcome: 'in-progress' });
  }

  private mark(outcome: StageStory['outcome']): void {
    const stage = this.stages.at(-1);
    if (stage?.outcome === 'in-progress') stage.outcome = outcome;
  }

  private learn(assigned: Readonly<Record<string, unknown>>): void {
    const heal = assigned['heal'] as Heal | null | undefined;
    if (heal?.status === 'healed') this.healed(heal);
    for (const name of ['release', 'failure', 'diagnostics', 'diagnosis', 'recovery', 'proof', 'report'] as const) {
      if (assigned[name]) Object.assign(this.known, { [name]: assigned[name] });
    }
  }

  /** What had stopped the release is gone: it goes on. */
  private healed({ did }: Heal): void {
    this.heals.push({ stage: this.stage ?? '', did });
    delete this.known.failure;
    const stage = this.stages.at(-1);
    if (stage?.outcome === 'failed') stage.outcome = 'in-progress';
  }

  private tell(moment: Moment): Moment {
    this.moments.push(moment);
    return moment;
  }
}

/** A watching step says in words what it waits for. */
const wordsOf = (value: unknown) => (value as { waitingFor?: string } | null)?.waitingFor ?? '';

/** The message inside a Lambda error's JSON, or the text as it is. */
export function messageOf(cause: string): string {
  try {
    return (JSON.parse(cause) as { errorMessage?: string }).errorMessage ?? cause;
  } catch {
    return cause;
  }
}
