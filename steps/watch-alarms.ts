import { ReleaseError } from './contract/errors.ts';
import { loops } from './contract/patience.ts';
import type { Alarms, AlarmView } from './contract/ports.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

type Input = StepInput<'WatchAlarms'>;
type AlarmWatch = StepOutput<'WatchAlarms'>;

/**
 * Looks at the stage's alarms once, while the new version has the traffic. One that went off since the deployment began ends the release; one
 * that rang before is told: this release did not cause it, and its rollback would not end it.
 */
export async function watchAlarms(input: Input, { alarms }: { alarms: Alarms }): Promise<AlarmWatch> {
  const seen = await look(input, alarms);
  if ('unanswered' in seen) return { status: 'running', waitingFor: `CloudWatch to answer (${seen.unanswered})`, rangBefore: [] };
  const ringing = seen.filter(({ state }) => state === 'ALARM');
  const startedAt = Date.parse(input.deployment.startedAt);
  const ours = ringing.filter(({ since }) => Date.parse(since) > startedAt);
  if (ours.length > 0) throw new ReleaseError('AlarmDuringWatch', ours.map(sentence).join(' '));
  const rangBefore = ringing.map(({ name }) => name);
  if (isLast(input)) return { status: 'succeeded', waitingFor: '', rangBefore };
  const already = rangBefore.length > 0 ? `; ${rangBefore.join(', ')} rang before the deployment began` : '';
  return { status: 'running', waitingFor: `${seen.length} alarms to stay quiet${already}`, rangBefore };
}

/** Alarms ring for a minute at least, and looks are half a minute apart: of two looks in a row one sees it. */
const isLast = ({ polls }: Input) => polls + 1 >= loops.WatchAlarms.polls;

/**
 * @returns the error's name when CloudWatch did not answer and there is another look to come. After the last one its error is thrown: an alarm
 *   that nobody could read is not a quiet one.
 */
async function look(input: Input, alarms: Alarms): Promise<AlarmView[] | { unanswered: string }> {
  const { stage, inspection } = input;
  const names = inspection.foundation.AlarmNames.split(',');
  const seen = await alarms.describe(names).catch((error: unknown) => {
    if (isLast(input)) throw error;
    return { unanswered: error instanceof Error ? error.name : String(error) };
  });
  if ('unanswered' in seen) return seen;
  const missing = names.filter((name) => seen.every((alarm) => alarm.name !== name));
  if (missing.length > 0) {
    throw new Error(`There is no alarm ${missing.join(', ')}: nobody watched. Next: npx cdk deploy ${stage.foundationStack}`);
  }
  return seen;
}

function sentence({ name, since, metric, value, threshold, reason }: AlarmView): string {
  const values = threshold === null ? '' : `, ${metric} ${value ?? 'of unknown value'} against a threshold of ${threshold}`;
  return `${name} went off at ${since}${values}: ${reason}`;
}
