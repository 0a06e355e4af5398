import { workQueueNames } from '../../steps/checks/work-queue-names.ts';
import { duration } from '../view/words.ts';
import type { World } from '../world.ts';
import type { Facts } from './facts.ts';
import { type Finding, missing, ok, warning } from './finding.ts';

/** As the alarm work-late has it. */
const late = 30 * 60;

/** What becomes of accepted events: none is lost by a release, so none of this keeps one from beginning. */
export async function checkWorkQueue({ stage }: Facts, { workQueues }: Pick<World, 'workQueues'>): Promise<Finding> {
  const names = workQueueNames(stage.secretName);
  const [work, parked, age] = await Promise.all([
    workQueues.describe(names.work),
    workQueues.describe(names.parked),
    workQueues.oldestSeconds(names.work),
  ]);
  const absent = work ? names.parked : names.work;
  if (!work || !parked) return missing(`there is no queue ${absent}`, `npx cdk deploy ${stage.foundationStack}`);
  const depth = `${work.waiting} wait, ${work.inWork} in work`;
  const oldest = age === null || work.waiting + work.inWork === 0 ? '' : `, the oldest for ${duration(age * 1000)}`;
  const given = parked.waiting + parked.inWork;
  const look = (url: string) => `aws sqs receive-message --queue-url ${url} --attribute-names All --visibility-timeout 60`;
  if (given > 0)
    return warning(`${depth}${oldest}; ${given} accepted events were given up: runbooks/alarms/work-parked.md`, look(parked.url));
  if (age !== null && age >= late && oldest)
    return warning(`${depth}${oldest}: runbooks/alarms/work-late.md`, `npx release doctor ${stage.name}`);
  return ok(`${depth}${oldest}; none parked`);
}
