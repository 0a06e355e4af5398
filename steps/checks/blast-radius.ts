import type { Failure } from '../contract/failure.ts';
import type { TaskView } from '../contract/ports.ts';
import type { BlastRadius } from '../contract/report.ts';
import type { StepInput } from '../contract/steps.ts';

type Seen = Pick<BlastRadius, 'oldTasks' | 'targets'>;

/** States that a release reaches only once its version has all the traffic. */
const afterShift: readonly Failure['state'][] = ['SmokeTest', 'WatchAlarms', 'UnlockStage', 'Operator'];

/** What the bundle shows of the version before at the moment of collection. null where that was not collected. */
export function seenAtCollection(
  { inspection }: StepInput<'Report'>['incident'],
  running: readonly TaskView[] | null,
  targets: readonly { state: string }[] | null,
): Seen {
  const old = inspection?.service?.taskDefinitionArn;
  return {
    oldTasks: running && old ? running.filter((task) => task.taskDefinitionArn === old && task.lastStatus === 'RUNNING').length : null,
    targets: targets && { healthy: targets.filter(({ state }) => state === 'healthy').length, all: targets.length },
  };
}

/**
 * Whom it hurt, as far as AWS shows: three looks (when inspected, when collected, when proven), and nothing in between. Never more than they
 * say: only a client that calls all the time knows of each request.
 */
export function blastRadius({ incident, recovery, proof }: StepInput<'Report'>, seen: Seen): BlastRadius {
  const { inspection, failure } = incident;
  const { oldTasks, targets } = seen;
  const before = inspection?.service ? { running: inspection.service.runningCount, desired: inspection.service.desiredCount } : null;
  const radius = (served: BlastRadius['served'], sentence: string): BlastRadius => ({ served, sentence, before, ...seen });
  if (recovery.status === 'nothing' && proof.outcome === 'unchanged')
    return radius('untouched', 'Nothing was deployed: what ran before was not touched.');
  if (inspection && !inspection.service) return radius('nothing-before', 'Nothing served here before: this was the first deploy.');
  const now = proof.outcome === 'proven' ? 'It is proven to serve now.' : 'What serves now is NOT proven.';
  const looks = looksOf(before, seen);
  if (afterShift.includes(failure.state))
    return radius('replaced', `The new version had taken the traffic, until what ran before was back. ${now} ${looks}`);
  if (targets?.healthy === 0) return radius('hurt', `No target was healthy when the failure was collected. ${now} ${looks}`);
  if (!targets || oldTasks === null || !before)
    return radius('unknown', `Whether what ran before served throughout is not known. ${now} ${looks}`.trim());
  const whole = oldTasks >= before.desired;
  if (whole && proof.outcome === 'proven') return radius('kept', `What ran before served at every look. ${now} ${looks}`);
  return radius('unknown', `What ran before served ${whole ? '' : 'in part '}when the failure was collected. ${now} ${looks}`);
}

function looksOf(before: BlastRadius['before'], { oldTasks, targets }: Seen): string {
  const parts = [
    ...(before ? [`before the release ${before.running} of ${before.desired} tasks ran`] : []),
    ...(oldTasks === null ? [] : [`when it was collected ${oldTasks} of them still did`]),
    ...(targets ? [`${targets.healthy} of ${targets.all} targets were healthy then`] : []),
  ];
  return parts.length === 0 ? '' : `Looks: ${parts.join(', ')}.`;
}
