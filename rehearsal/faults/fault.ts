import type { Cause } from '../../steps/contract/causes.ts';
import type { Cloud } from '../aws/cloud.ts';
import type { Hooks } from '../aws/kernel.ts';

/** What a fault may know of the rehearsal that it is injected into. */
export interface FaultContext {
  readonly cloud: Cloud;
  /** The first stage: where a release meets the fault. */
  readonly stage: { readonly name: string; readonly secretName: string; readonly serviceStack: string };
  /** Digests that ran before the release began: what serves them stays healthy. Empty on a first deploy. */
  readonly knownDigests: ReadonlySet<string>;
}

/** One row of the failure catalogue. It lives in the stand-in only; seen from the pipeline it is an ordinary answer of AWS or of the service. */
export interface Fault {
  /** Kebab case, as on the command line. */
  readonly name: string;
  readonly summary: string;
  /** The cause that the release must end with. */
  readonly cause: Cause;
  /** `update`: the same commit is released before, under a lower tag, and must serve throughout. */
  readonly on: 'first-deploy' | 'update';
  /** Breaks the world. The hooks that it returns are asked from then on. */
  inject(context: FaultContext): Hooks;
}
