import { sha256 } from './checks/hash.ts';
import { operationOf } from './checks/operation.ts';
import { type Rollout, rolloutOf, waitingFor } from './checks/rollout.ts';
import { type Signature, signatureOf, stoppedByThemselves } from './checks/stopped-task.ts';
import { taskLines } from './checks/task-lines.ts';
import { ReleaseError } from './contract/errors.ts';
import { loops, quietPolls } from './contract/patience.ts';
import type { LogReader, Services, ServiceView, Stacks, StackView, TaskView } from './contract/ports.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

export interface WatchDeploymentPorts {
  stacks: Pick<Stacks, 'describe' | 'resource' | 'events'>;
  services: Pick<Services, 'describe' | 'tasks' | 'taskDefinition'>;
  logs: LogReader;
}
type Input = StepInput<'WatchDeployment'>;
type Watch = StepOutput<'WatchDeployment'>;

/** Stops of one deployment after which it is given up: the machine is the first breaker, ECS's own comes later and destroys. */
const enoughStops = 2;
const complete = ['CREATE_COMPLETE', 'UPDATE_COMPLETE'];
const underWay = ['REVIEW_IN_PROGRESS', 'CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'];

/** Looks at the deployment once: succeeded, still running, or given up. "Stable" is not "deployed": old tasks are stable, too. */
export async function watchDeployment(input: Input, ports: WatchDeploymentPorts): Promise<Watch> {
  const { deployment, inspection } = input;
  const stack = await ports.stacks.describe(deployment.stackId);
  const { service, tasks } = await look(input, ports);
  const rollout = rolloutOf(service, tasks, inspection.service, deployment.startedAt);
  const status = stack?.status ?? 'gone';
  const isUnderWay = status.endsWith('_IN_PROGRESS');
  const operation = stack && !isUnderWay ? await operationOf(stack.stackId, deployment.token, ports.stacks) : 'newest';
  // Right after the call the stack still says how the operation before ended: a success, or a rollback, that is none of ours.
  if (operation === 'unseen') return patiently(watched(input, status, rollout, 'CloudFormation to begin'), input);
  await giveUp(input, { status, reason: stack?.reason ?? '' }, rollout, ports);
  if (complete.includes(status)) {
    if (operation === 'overtaken') throw reverted(input, "its newest operation is not this release's");
    const missing = await stillMissing(input, service, rollout, ports.services);
    if (missing === null) return watched(input, status, rollout, '', 'succeeded');
    return patiently(watched(input, status, rollout, missing), input);
  }
  const cleaning = status === 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
  return patiently(watched(input, status, rollout, cleaning ? 'CloudFormation to clean up' : waitingFor(rollout)), input);
}

async function look({ deployment, inspection }: Input, { stacks, services }: WatchDeploymentPorts) {
  const resource = await stacks.resource(deployment.stackId, 'AWS::ECS::Service');
  if (!resource) return { service: null, tasks: [] };
  const { ClusterArn } = inspection.foundation;
  const [service, tasks] = await Promise.all([
    services.describe(ClusterArn, resource.physicalId),
    services.tasks(ClusterArn, resource.physicalId),
  ]);
  return { service, tasks };
}

/** Throws when the deployment has failed, or is bound to. Why a task stopped says more than that something turned back. */
async function giveUp(
  { stage }: Input,
  { status, reason: stackReason }: Pick<StackView, 'status' | 'reason'>,
  rollout: Rollout,
  ports: WatchDeploymentPorts,
): Promise<void> {
  const turnedBack = rollout.reverted || ![...complete, ...underWay].includes(status);
  const stopped = stoppedByThemselves(rollout.tasks);
  const signatures = await Promise.all(stopped.slice(0, enoughStops).map((task) => signature(task, ports)));
  const telling = signatures.find(({ fatal }) => fatal) ?? signatures[0];
  if (telling && (telling.fatal || turnedBack || stopped.length >= enoughStops)) {
    throw new ReleaseError(telling.cause, `${stopped.length} tasks of ${stage.serviceStack} stopped by themselves: ${telling.sentence}`);
  }
  if (!turnedBack) return;
  const reason = rollout.ours?.rolloutReason || stackReason;
  throw new ReleaseError(
    'DeploymentReverted',
    `${stage.serviceStack} is ${status} and does not work towards this release${reason ? `: ${reason}` : '.'}`,
  );
}

async function signature(task: TaskView, { services, logs }: WatchDeploymentPorts): Promise<Signature> {
  return signatureOf(task, await taskLines(task, { services, logs }));
}

/**
 * Beside our operation's completion: one deployment, ours, with our digest and labels; as many tasks run as scaling wants. The smoke test
 * comes after. @returns what is missing, in words, or null
 */
async function stillMissing(
  input: Input,
  service: ServiceView | null,
  rollout: Rollout,
  services: Pick<Services, 'taskDefinition'>,
): Promise<string | null> {
  const { stage, release, image } = input;
  if (!service) throw reverted(input, 'ECS has no such service');
  if (!rollout.ours || !rollout.isPrimary) throw reverted(input, 'ECS runs what ran before');
  const { digest, labels } = await services.taskDefinition(rollout.ours.taskDefinitionArn);
  if (digest !== image.digest) throw reverted(input, `its tasks run ${digest}; expected ${image.digest}`);
  const label = `${labels['release.tag']} attempt ${labels['release.attempt']}`;
  if (label !== `${release.tag} attempt ${release.attempt}`) throw reverted(input, `its tasks are labelled ${label}`);
  if (service.deployments.length > 1 || rollout.ours.rolloutState !== 'COMPLETED') return waitingFor(rollout);
  // Scaling owns the count and may change it meanwhile: what it wants now is what must run, and never less than its minimum.
  const wanted = Math.max(service.desiredCount, stage.minTasks);
  const missing = wanted - service.runningCount;
  if (missing < 0) return `${-missing} of ${service.runningCount} tasks to stop`;
  return missing === 0 ? null : `${missing} of ${wanted} tasks to start`;
}

const reverted = ({ stage }: Input, seen: string) =>
  new ReleaseError('DeploymentReverted', `${stage.serviceStack} is complete, but ${seen}.`);

function watched(
  { watch, woken }: Input,
  stackStatus: string,
  rollout: Rollout,
  words: string,
  status: Watch['status'] = 'running',
): Watch {
  const { ours, tasks } = rollout;
  const seen = sha256(
    JSON.stringify([stackStatus, ours, tasks.map(({ taskArn, lastStatus, healthStatus }) => [taskArn, lastStatus, healthStatus])]),
  );
  const isQuiet = watch !== null && watch.seen === seen;
  const stoppedTasks = stoppedByThemselves(tasks).length;
  return { status, waitingFor: words, stackStatus, stoppedTasks, quietPolls: isQuiet ? watch.quietPolls + (woken ? 0 : 1) : 0, seen };
}

function patiently(watch: Watch, { polls }: Input): Watch {
  const stalled = (seen: string) =>
    new ReleaseError('DeploymentStalled', `${seen}; the stack is ${watch.stackStatus}, waiting for ${watch.waitingFor}.`);
  if (watch.quietPolls >= quietPolls) throw stalled(`Nothing changed for ${watch.quietPolls} polls`);
  if (polls + 1 >= loops.WatchDeployment.polls) throw stalled(`Not deployed after ${polls + 1} polls`);
  return watch;
}
