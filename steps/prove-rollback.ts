import type { SmokeExpectations } from '../container/src/config/index.ts';
import { messageOf, releaseName } from './checks/bundle.ts';
import { taskDefinitionHash } from './checks/last-good.ts';
import { readLive } from './checks/live-service.ts';
import { runSmoke, type SmokePorts } from './checks/smoke.ts';
import { knownValues, readExpectations, requirePassed } from './checks/smoke-verdict.ts';
import type { Inspection, LastGood } from './contract/deployment.ts';
import type { Drift, Proof } from './contract/failure.ts';
import type { Clock, Objects, Services, Stacks } from './contract/ports.ts';
import type { StageConfig } from './contract/release.ts';
import type { Stage } from './contract/stage.ts';
import type { StepInput } from './contract/steps.ts';

export interface ProveRollbackPorts extends SmokePorts {
  stacks: Pick<Stacks, 'describe' | 'resource'>;
  services: Pick<Services, 'describe' | 'taskDefinition'>;
  objects: Pick<Objects, 'get'>;
  clock: Clock;
}
type Input = StepInput<'ProveRollback'>;
type Verdict = Pick<Proof, 'outcome' | 'reason'>;

/** Says "rolled back" only when it was seen: digest, definition, tasks and smoke test of last-good, or the stack gone and its evidence there. */
export async function proveRollback(input: Input, ports: ProveRollbackPorts): Promise<Proof> {
  return { ...(await verdictOf(input, ports)), at: ports.clock.now().toISOString() };
}

async function verdictOf(input: Input, ports: ProveRollbackPorts): Promise<Verdict> {
  const { recovery, rollback, incident } = input;
  if (recovery.status === 'blocked') return { outcome: 'blocked', reason: recovery.reason };
  if (recovery.status === 'nothing') return { outcome: 'unchanged', reason: recovery.reason };
  if (rollback?.status !== 'settled') return { outcome: 'blocked', reason: rollback?.reason ?? 'the rollback was not watched to its end' };
  const { inspection, stage } = incident;
  if (!inspection || !stage) return { outcome: 'unproven', reason: 'what the stage ran before is not known' };
  if (rollback.drift && rollback.drift.status !== 'IN_SYNC') return { outcome: 'unproven', reason: drifted(rollback.drift) };
  if (inspection.service === null) return gone(input, ports);
  if (inspection.lastGood === null) return { outcome: 'unproven', reason: 'what ran before has no digest to compare with' };
  const differs = await different(inspection.lastGood, inspection, ports);
  if (differs) return { outcome: 'unproven', reason: differs };
  return smoked(inspection.lastGood, inspection, stage, input.config, ports);
}

/** Resources had been left out of the rollback: what serves may be last-good, and the next update would still start from what is not true. */
function drifted({ status, reason, differs }: Drift): string {
  const what = [...differs, reason].filter(Boolean).join(', ').slice(0, 500);
  return `resources were left out of the rollback, and the stack is ${status}, not IN_SYNC${what && `: ${what}`}`;
}

/** A first deploy leaves nothing behind but its evidence. */
async function gone({ recovery, diagnostics, incident }: Input, { stacks, objects }: ProveRollbackPorts): Promise<Verdict> {
  if (recovery.stackId === null) return { outcome: 'unproven', reason: 'which stack was to be removed is not known' };
  const stack = await stacks.describe(recovery.stackId);
  if (stack && stack.status !== 'DELETE_COMPLETE')
    return { outcome: 'unproven', reason: `${stack.stackId} is ${stack.status}, not DELETE_COMPLETE` };
  if (diagnostics.manifestKey === null) return { outcome: 'unproven', reason: 'the stack is gone, but its diagnostics were not sealed' };
  try {
    await objects.get(diagnostics.bucket, diagnostics.manifestKey);
  } catch (error) {
    return { outcome: 'unproven', reason: `the stack is gone, but its diagnostics cannot be read: ${messageOf(error)}` };
  }
  return { outcome: 'gone', reason: `the Service stack of ${releaseName(incident)} is deleted; its diagnostics are in the bucket` };
}

/** What of last-good does not run; null when all of it does. */
async function different(lastGood: LastGood, { foundation }: Inspection, ports: ProveRollbackPorts): Promise<string | null> {
  const live = await readLive(lastGood.stackId, foundation, ports);
  if (!live) return 'no service runs in the stage';
  const { digest, runningCount, desiredCount } = live.service;
  if (digest !== lastGood.digest) return `${digest ?? 'no digest'} runs, expected ${lastGood.digest}`;
  if (taskDefinitionHash(live.definition) !== lastGood.taskDefinitionHash) return 'the task definition that runs differs from last-good';
  if (live.rolling) return 'ECS still replaces tasks';
  // Scaling may have moved the count meanwhile; what it wants now must run, and never nothing.
  return runningCount === desiredCount && runningCount > 0 ? null : `${runningCount} of ${desiredCount} tasks run`;
}

/**
 * A secret that broke while the release was under way is why it failed. The version before serves on by what it last read well, and says
 * so (`checks.config` is `last-good`, with status 200): that is the service in order, not a rollback that went wrong.
 */
const afterRollback = (expectations: SmokeExpectations): SmokeExpectations => ({
  ...expectations,
  probes: expectations.probes.map((probe) => ({ ...probe, fields: probe.fields.filter(({ path }) => path !== 'checks.config') })),
});

async function smoked(
  lastGood: LastGood,
  { foundation }: Inspection,
  stage: Stage,
  config: StageConfig | null,
  ports: ProveRollbackPorts,
): Promise<Verdict> {
  if (!lastGood.artefacts || !lastGood.version || !config) {
    return {
      outcome: 'unproven',
      reason: 'last-good runs, but no release of this pipeline proved it: what a smoke test must see is not known',
    };
  }
  try {
    const checks = await runSmoke(
      {
        url: foundation.ServiceUrl,
        sampleKeyAlias: foundation.SampleKeyAlias,
        expectations: afterRollback(await readExpectations(lastGood.artefacts, ports.objects)),
        known: knownValues(lastGood.version, stage, config),
        now: ports.clock.now(),
      },
      ports,
    );
    requirePassed(checks);
    return {
      outcome: 'proven',
      reason: `version ${lastGood.version} serves again, by digest and definition, and passed ${checks.length} smoke checks`,
    };
  } catch (error) {
    return { outcome: 'unproven', reason: `last-good runs, but its smoke test did not pass: ${messageOf(error)}`.slice(0, 1000) };
  }
}
