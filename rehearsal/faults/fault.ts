import type { Cause } from '../../steps/contract/causes.ts';
import type { Cloud } from '../aws/cloud.ts';
import type { TagPush } from '../aws/codecommit/codecommit.ts';
import type { Hooks } from '../aws/kernel.ts';
import type { RehearsedStage } from '../rehearsal.ts';
import type { OutsideWorld } from '../world/outside-world.ts';

/** What a fault may know of the rehearsal that it is injected into. */
export interface FaultContext {
  readonly cloud: Cloud;
  readonly world: OutsideWorld;
  /** The stage that meets the fault: the first, or the one that asks for approval. */
  readonly stage: RehearsedStage;
  /** Digests that ran before the release began: what serves them stays healthy. Empty on a first deploy. */
  readonly knownDigests: ReadonlySet<string>;
  /** The tag that is about to be pushed. */
  readonly tag: string;
  /** Outputs of the machine stack: StateMachineArn, ReleaseTable, DiagnosticsBucket, … */
  readonly pipeline: Readonly<Record<string, string>>;
  /** Variables that point an SDK client or a child process to this rehearsal, as the person at the terminal. */
  readonly environment: Readonly<Record<string, string>>;
  /** Name of the repository that the pipeline watches. */
  readonly repository: string;
  /** The commit that is released. */
  readonly commit: string;
  /** Pushes a tag with git to that repository, as people do. @default the released commit */
  push(tag: string, how?: Partial<Pick<TagPush, 'commit' | 'force' | 'user'>>): Promise<void>;
  /** Decides about what waits for approval of a tag, as the rehearsal's approver does. Rejects when nothing waits yet. */
  decide(tag: string, decision: 'approved' | 'rejected'): Promise<void>;
}

/** A moment of the release, as the progress view has it: `entered`, `waiting`, `done`, `failed`. */
export interface FaultMoment {
  readonly state: string;
  readonly stage: string | null;
  readonly event: string;
}

/** What a fault does to the world. */
export interface Injected extends Hooks {
  /** Starts the release. @default - the fault's own `start` */
  start?(): Promise<void>;
  /** Hears each moment of the release: for what happens in the middle of it. May return before its work is done; errors fail the rehearsal. */
  hear?(moment: FaultMoment): void | Promise<void>;
  /** Puts back what neither hooks nor secrets are: those are put back anyhow. */
  mend?(): void | Promise<void>;
}

/** One row of the failure catalogue. It lives in the stand-in only; seen from the pipeline it is an ordinary answer of AWS or of the service. */
export interface Fault {
  /** Kebab case, as on the command line. */
  readonly name: string;
  readonly summary: string;
  /**
   * The cause that the release must end with; null when it must be released all the same (healed, repeated, ridden out). `any`: it may end
   * in every way that is safe — released, failed and proven, or a person is told to act.
   */
  readonly cause: Cause | null | 'any';
  /** State that must fail. @default - any */
  readonly failedStep?: string;
  /** `not-recovered`: a person must act, exit 3. @default 'not-released', 'released' when there is no cause */
  readonly outcome?: 'not-recovered';
  /** `update`: the same commit is released before, under a lower tag, and must serve throughout. */
  readonly on: 'first-deploy' | 'update';
  /** The tag that is pushed in place of the release's own. @default the same */
  tagFor?(tag: string): string;
  /** Stage that meets it. @default 'first' */
  readonly at?: 'first' | 'approval';
  /**
   * What serves the stage at the end. @default - the new version when released, else on an update the old one and on a first deploy nothing
   * @remarks `unsure`: not judged
   */
  readonly serves?: 'new' | 'old' | 'nothing' | 'unsure';
  /** The old version itself is broken, or the new one was serving when it failed: a client may meet failures. @default false */
  readonly clientMayFail?: boolean;
  /** Who decides about an approval. @default 'yes' */
  readonly approve?: 'yes' | 'no' | 'nobody';
  /** What the founding team lived through, where it did: seconds until it was decided that the release had failed. */
  readonly history?: { readonly seconds: number; readonly words: string };
  /** What the process backend cannot show, and is therefore injected as AWS's words. */
  readonly asWords?: string;
  /** No manifest can be sealed: what the diagnostics must say instead. @default false */
  readonly withoutSeal?: boolean;
  /** Sources that must be missing from the bundle. @default none */
  readonly misses?: readonly string[];
  /** Breaks the world, before the tag is pushed. */
  inject(context: FaultContext): Injected | Promise<Injected>;
  /** Starts the release. @default - pushes the tag once */
  start?(context: FaultContext): Promise<void>;
}
