import { type Cause, causes } from '../../steps/contract/causes.ts';
import type { Artefacts } from '../../steps/contract/release.ts';
import { examine } from '../doctor/examine.ts';
import { type Facts, factsOf } from '../doctor/facts.ts';
import { type Check, type CheckName, problem } from '../doctor/finding.ts';
import { secretProblems } from '../doctor/foundation-checks.ts';
import type { World } from '../world.ts';

const secret: readonly CheckName[] = ['secret'];
const stack: readonly CheckName[] = ['stack', 'service', 'version'];
const nothing: readonly CheckName[] = [];

/** What would show that a cause is mended; `[]`: there was nothing to mend. Of causes that are not here, nothing outside of the tag tells. */
const shownBy: Partial<Record<Cause, readonly CheckName[]>> = {
  SecretNotFound: secret,
  SecretAccessDenied: secret,
  SecretEmpty: secret,
  SecretMalformed: secret,
  SecretKeyMissing: secret,
  SecretValueInvalid: secret,
  QuiltOutputMissing: secret,
  StackBusy: stack,
  StackLocked: stack,
  RollbackFailed: stack,
  RollbackUnproven: stack,
  DeploymentReverted: stack,
  StageLocked: nothing,
  PlanStale: nothing,
  ApprovalRejected: nothing,
  ApprovalExpired: nothing,
  Superseded: nothing,
  MachineDied: nothing,
};
/** Whatever the cause, these keep a release out of a stage. */
const obstacles: readonly CheckName[] = ['lock', 'blocked mark'];

export interface StageMending {
  readonly stage: string;
  readonly checks: readonly Check[];
}
export interface Mending {
  /** `unknown` is what a person must judge. */
  readonly verdict: 'mended' | 'not-mended' | 'unknown';
  readonly says: string;
  readonly stages: readonly StageMending[];
}

/**
 * Whether what was wrong is put right, as far as looking can tell.
 * @param failedAt name of the stage at which it failed; undefined when that is not known, or it reached none: then every stage is looked at
 */
export async function mendingOf(
  cause: Cause | undefined,
  { failedAt, artefacts }: { failedAt: string | undefined; artefacts: (stage: string) => Promise<Artefacts | null> },
  world: World,
): Promise<Mending> {
  const telling = cause && shownBy[cause];
  const stages = await Promise.all(
    world.pipeline.stages.map(async (stage) => {
      const facts = factsOf(stage, world);
      const concerned = failedAt === undefined || failedAt === stage.name;
      const checks = await examine(facts, world, [...(concerned && telling ? telling : []), ...obstacles]);
      const passed = checks.some(({ name, verdict }) => name === 'secret' && verdict === 'ok');
      const own = passed ? await ownContract(facts, await artefacts(stage.name), world) : null;
      return { stage: stage.name, checks: checks.map((check) => (own && check.name === 'secret' ? own : check)) };
    }),
  );
  return { ...judge(cause, telling, stages), stages };
}

function judge(
  cause: Cause | undefined,
  telling: readonly CheckName[] | undefined,
  stages: readonly StageMending[],
): Omit<Mending, 'stages'> {
  const of = (verdict: Check['verdict']) =>
    stages.flatMap(({ stage, checks }) => checks.filter((check) => check.verdict === verdict).map(({ name }) => `${stage}'s ${name}`));
  const [wrong, unseen] = [of('problem'), of('unknown')];
  if (wrong.length > 0) return { verdict: 'not-mended', says: `NOT mended: ${wrong.join(', ')}` };
  if (unseen.length > 0) return { verdict: 'unknown', says: `not known to be mended: ${unseen.join(', ')} could not be looked at` };
  if (telling?.length === 0) return { verdict: 'mended', says: 'there was nothing to mend' };
  if (telling) return { verdict: 'mended', says: 'mended, as far as looking can tell' };
  if (!cause) return { verdict: 'unknown', says: 'not known to be mended: its cause is not recorded' };
  return { verdict: 'unknown', says: `not known to be mended: ${causes[cause].means}, and a retry releases the same commit` };
}

/** The tag itself may ask more of the secret than what runs does. No contract, no finding: its build may never have come that far. */
async function ownContract(facts: Pick<Facts, 'stage'>, artefacts: Artefacts | null, world: World): Promise<Check | null> {
  if (!artefacts) return null;
  const wrong = await secretProblems(facts, artefacts, world).catch(() => []);
  const [first] = wrong;
  if (!first) return null;
  const says = wrong.map(({ name, message }) => `${name}: ${message}`).join(' ');
  return { name: 'secret', ...problem(says, `npx release incident ${first.name}`) };
}
