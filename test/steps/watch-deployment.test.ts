import type { Watch } from '../../steps/contract/deployment.ts';
import { loops, quietPolls } from '../../steps/contract/patience.ts';
import type { ServiceView, StackEvent, StackView, TaskDefinitionView, TaskView } from '../../steps/contract/ports.ts';
import { type WatchDeploymentPorts, watchDeployment } from '../../steps/watch-deployment.ts';
import { digest, exited, healthy, image, nothingThere, oldDeployment, ourDeployment, ourService, ourTaskDefinition } from './builders.ts';
import { fakeLogs } from './fakes.ts';
import {
  crashed,
  deployment,
  deploymentView,
  inspection,
  minute,
  oldDefinition,
  oldDigest,
  release,
  serviceArn,
  serving,
  stackEvent,
  stackView,
  stage,
} from './incidents.ts';
import { awsError, port } from './ports.ts';

interface Seen {
  /** Status of the stack. @default UPDATE_IN_PROGRESS */
  stack?: StackView | null;
  /** @default - ours replaces the old one, and no task of ours is there yet */
  service?: ServiceView | null;
  tasks?: TaskView[];
  definition?: TaskDefinitionView;
  events?: StackEvent[];
  streams?: Record<string, string[]>;
  watch?: Watch | null;
  polls?: number;
  woken?: boolean;
  before?: typeof inspection;
  at?: typeof stage;
}

const updating = stackView('UPDATE_IN_PROGRESS');
const complete = stackView('UPDATE_COMPLETE');
const replacing = ourService({
  runningCount: 2,
  deployments: [ourDeployment({ rolloutState: 'IN_PROGRESS', runningCount: 0 }), oldDeployment()],
});
/** The old deployment is what ECS works towards again. */
const turnedBack = ourService({
  deployments: [deploymentView(), ourDeployment({ status: 'ACTIVE', rolloutState: 'FAILED', rolloutReason: 'tasks failed to start.' })],
});
const task = (id: string, view: TaskView): TaskView => ({ ...view, taskArn: view.taskArn.replace(/\w+$/, id) });
const stream = (id: string) => `/release/staging/service webhook/webhook/${id}`;

function watch(seen: Seen = {}): Promise<Watch> {
  const { stack = updating, service = replacing, tasks = [], definition = ourTaskDefinition(), events = [stackEvent()] } = seen;
  const { streams = {}, polls = 0, woken = false, before = inspection, at = stage } = seen;
  return watchDeployment(
    { release, stage: at, image, inspection: before, deployment, watch: seen.watch ?? null, woken, polls },
    {
      stacks: port<WatchDeploymentPorts['stacks']>({
        describe: async () => stack,
        resource: async () => (service ? { logicalId: 'Service', physicalId: serviceArn, status: 'UPDATE_IN_PROGRESS' } : null),
        events: async () => events,
      }),
      services: port<WatchDeploymentPorts['services']>({
        describe: async () => service,
        tasks: async () => tasks,
        taskDefinition: async () => definition,
      }),
      logs: fakeLogs(streams),
    },
  );
}

describe('a deployment under way', () => {
  it.each<[string, Seen]>([
    ['ECS to begin the deployment', { service: null }],
    ['ECS to begin the deployment', { service: ourService({ deployments: [deploymentView()] }) }],
    ['2 of 2 tasks to start', {}],
    ['1 of 2 tasks to start', { service: ourService({ deployments: [ourDeployment({ rolloutState: 'IN_PROGRESS', runningCount: 1 })] }) }],
    ['CloudFormation to complete', { service: ourService() }],
    ['CloudFormation to clean up', { stack: stackView('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'), service: ourService() }],
  ])('waits for %s', async (waitingFor, seen) => {
    expect(await watch(seen)).toMatchObject({ status: 'running', waitingFor });
  });

  it('goes on while ECS replaces old tasks, which stop', async () => {
    const drained = serving({
      lastStatus: 'STOPPED',
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Scaling activity initiated by deployment ecs-svc/1',
    });
    expect(await watch({ tasks: [healthy(), drained, task('2', drained)] })).toMatchObject({ status: 'running', stoppedTasks: 0 });
  });

  it('counts no task of the old version, however it ended', async () => {
    const oldCrashes = ['1', '2', '3'].map((id) => task(id, exited(1, { taskDefinitionArn: oldDefinition, startedBy: 'ecs-svc/1' })));
    expect(await watch({ tasks: oldCrashes })).toMatchObject({ status: 'running', stoppedTasks: 0 });
  });

  it('counts no task that an earlier, failed release left behind', async () => {
    const before = exited(1, { taskDefinitionArn: `${oldDefinition}9`, startedBy: 'ecs-svc/9', createdAt: minute(4) });
    expect(await watch({ tasks: [before, task('2', before)] })).toMatchObject({ status: 'running', stoppedTasks: 0 });
  });

  it('does not hold against the release what somebody stopped', async () => {
    const stopped = crashed({ stopCode: 'UserInitiated', stoppedReason: 'Task stopped by the operator' });
    expect(await watch({ tasks: [stopped, task('2', stopped)] })).toMatchObject({ status: 'running', stoppedTasks: 0 });
  });

  it('goes on after one crash, and counts it', async () => {
    expect(await watch({ tasks: [exited(1)] })).toMatchObject({ status: 'running', stoppedTasks: 1 });
  });

  it('counts every task of a first deploy', async () => {
    expect(await watch({ before: nothingThere, stack: stackView('CREATE_IN_PROGRESS'), tasks: [exited(1)] })).toMatchObject({
      stoppedTasks: 1,
    });
  });
});

describe('a deployment that is given up', () => {
  it('is so at the second task that stopped by itself', async () => {
    await expect(watch({ tasks: [exited(1), task('2', exited(1))] })).rejects.toMatchObject({
      name: 'ContainerCrashed',
      message: '2 tasks of StagingService stopped by themselves: The container ended by itself with exit code 1: an error of its own.',
    });
  });

  it.each<[string, TaskView, string[]]>([
    ['SecretKeyMissing', exited(78), ['starting', '{"event":"config.invalid","cause":"SecretKeyMissing","keys":["tenant"]}']],
    ['SecretValueInvalid', exited(78), []],
    ['ImageArchitecture', exited(255), ['exec /usr/local/bin/node: exec format error']],
    [
      'ImagePullFailed',
      crashed({ stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError: not found', startedAt: null }),
      [],
    ],
  ])('is so at the first stop that no second task would survive: %s', async (name, view, lines) => {
    await expect(watch({ tasks: [task('1', view)], streams: { [stream('1')]: lines } })).rejects.toMatchObject({ name });
  });

  it('puts no log line into its error: one may hold a secret', async () => {
    const tasks = [task('1', exited(1)), task('2', exited(1))];
    const streams = { [stream('1')]: ['Error: example-client-secret was refused'] };
    const error: Error = await watch({ tasks, streams }).then(
      () => Promise.reject(new Error('it went on')),
      (thrown) => thrown,
    );
    expect(error.message).toContain('stopped by themselves');
    expect(error.message).not.toContain('example-client-secret');
  });

  it('is named by the stop that tells most', async () => {
    const tasks = [task('2', exited(1)), task('1', exited(255))];
    await expect(watch({ tasks, streams: { [stream('1')]: ['exec format error'] } })).rejects.toMatchObject({ name: 'ImageArchitecture' });
  });

  it('reads no log of a task that never started', async () => {
    const cold = crashed({ startedAt: null, stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError: not found' });
    const logs = port<WatchDeploymentPorts['logs']>({});
    const services = port<WatchDeploymentPorts['services']>({ describe: async () => replacing, tasks: async () => [cold] });
    const stacks = port<WatchDeploymentPorts['stacks']>({
      describe: async () => updating,
      resource: async () => ({ logicalId: 'Service', physicalId: serviceArn, status: 'UPDATE_IN_PROGRESS' }),
    });
    const input = { release, stage, image, inspection, deployment, watch: null, woken: false, polls: 0 };
    await expect(watchDeployment(input, { stacks, services, logs })).rejects.toMatchObject({ name: 'ImagePullFailed' });
  });

  it('is so when ECS goes back to what ran before', async () => {
    await expect(watch({ service: turnedBack })).rejects.toMatchObject({
      name: 'DeploymentReverted',
      message: 'StagingService is UPDATE_IN_PROGRESS and does not work towards this release: tasks failed to start.',
    });
  });

  it('is so when ECS has only what ran before again, though tasks of ours were there', async () => {
    const service = ourService({ deployments: [deploymentView()] });
    const stopped = healthy({ lastStatus: 'STOPPED', stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Scaling activity' });
    await expect(watch({ service, tasks: [stopped] })).rejects.toMatchObject({ name: 'DeploymentReverted' });
  });

  it.each(['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_FAILED', 'ROLLBACK_IN_PROGRESS', 'CREATE_FAILED'])(
    'is so when the stack is %s',
    async (status) => {
      const stack = stackView(status, { reason: 'The following resource(s) failed to update: [Service].' });
      await expect(watch({ stack })).rejects.toMatchObject({
        name: 'DeploymentReverted',
        message: expect.stringContaining(`is ${status} and does not work towards this release: The following resource(s)`),
      });
    },
  );

  it('is so when the stack is gone', async () => {
    await expect(watch({ stack: null, service: null })).rejects.toMatchObject({
      name: 'DeploymentReverted',
      message: 'StagingService is gone and does not work towards this release.',
    });
  });

  it('is named by the one stop that explains why ECS went back', async () => {
    await expect(watch({ service: turnedBack, tasks: [exited(1)] })).rejects.toMatchObject({ name: 'ContainerCrashed' });
  });
});

describe('a deployment that is complete', () => {
  it('has succeeded when one deployment, ours, runs our digest in as many tasks as are wanted', async () => {
    expect(await watch({ stack: complete, service: ourService(), tasks: [healthy()] })).toMatchObject({
      status: 'succeeded',
      stackStatus: 'UPDATE_COMPLETE',
      waitingFor: '',
    });
  });

  it('has succeeded as a first deploy', async () => {
    const seen = { stack: stackView('CREATE_COMPLETE'), service: ourService(), before: nothingThere };
    expect(await watch(seen)).toMatchObject({ status: 'succeeded' });
  });

  it.each<[string, Seen]>([
    ["its newest operation is not this release's", { events: [stackEvent({ token: 'somebody-else' }), stackEvent()] }],
    ['ECS has no such service', { service: null }],
    ['ECS runs what ran before', { service: ourService({ deployments: [deploymentView()] }) }],
    [`its tasks run ${oldDigest}; expected ${digest}`, { definition: ourTaskDefinition({ digest: oldDigest }) }],
    ['its tasks run null', { definition: ourTaskDefinition({ digest: null }) }],
    [
      'its tasks are labelled v1.4.0 attempt 2',
      { definition: ourTaskDefinition({ labels: { 'release.tag': 'v1.4.0', 'release.attempt': '2' } }) },
    ],
    ['its tasks are labelled undefined', { definition: ourTaskDefinition({ labels: {} }) }],
  ])('has not succeeded when %s', async (text, seen) => {
    await expect(watch({ stack: complete, service: ourService(), ...seen })).rejects.toMatchObject({
      name: 'DeploymentReverted',
      message: expect.stringContaining(text),
    });
  });

  it.each(['UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'CREATE_COMPLETE'])(
    'is not yet ours while CloudFormation has no event of it, and the stack says how the one before ended: %s',
    async (status) => {
      const seen = {
        stack: stackView(status),
        service: ourService({ deployments: [deploymentView()] }),
        events: [stackEvent({ token: 'before' })],
      };
      expect(await watch(seen)).toMatchObject({ status: 'running', waitingFor: 'CloudFormation to begin' });
      await expect(watch({ ...seen, polls: loops.WatchDeployment.polls - 1 })).rejects.toMatchObject({ name: 'DeploymentStalled' });
    },
  );

  it('looks at events of the stack alone, not at its resources', async () => {
    const events = [stackEvent({ physicalId: serviceArn, token: 'somebody-else' }), stackEvent()];
    expect(await watch({ stack: complete, service: ourService(), events })).toMatchObject({ status: 'succeeded' });
  });

  it.each<[string, Seen]>([
    [
      'the load balancer to take the new tasks and the old ones to drain',
      { service: ourService({ deployments: [ourDeployment({ rolloutState: 'IN_PROGRESS' }), oldDeployment()] }) },
    ],
    [
      '2 of 2 tasks to be healthy',
      {
        service: ourService({ deployments: [ourDeployment({ rolloutState: 'IN_PROGRESS' })] }),
        tasks: [healthy({ healthStatus: 'UNKNOWN' })],
      },
    ],
    ['1 of 2 tasks to start', { service: ourService({ runningCount: 1 }) }],
    ['1 of 3 tasks to start', { service: ourService({ desiredCount: 3, runningCount: 2 }) }],
    ['1 of 3 tasks to stop', { service: ourService({ desiredCount: 2, runningCount: 3 }) }],
  ])('still waits for %s', async (waitingFor, seen) => {
    const tasks = [healthy(), task('2', healthy())];
    expect(await watch({ stack: complete, tasks, ...seen })).toMatchObject({ status: 'running', waitingFor });
  });

  it('follows scaling, but never below the minimum of the stage', async () => {
    const scaledOut = ourService({ desiredCount: 4, runningCount: 4 });
    expect(await watch({ stack: complete, service: scaledOut })).toMatchObject({ status: 'succeeded' });
    const scaledToNothing = ourService({ desiredCount: 0, runningCount: 0 });
    expect(await watch({ stack: complete, service: scaledToNothing })).toMatchObject({
      status: 'running',
      waitingFor: '2 of 2 tasks to start',
    });
  });
});

describe('events that wake the watch', () => {
  const stopped = task('a', exited(1));
  const verdict = async (seen: Seen) => {
    try {
      const { quietPolls: _, ...rest } = await watch(seen);
      return rest;
    } catch (error) {
      return (error as Error).name;
    }
  };

  it.each<[string, Seen]>([
    ['a deployment under way', { tasks: [healthy()] }],
    ['a first stop', { tasks: [stopped] }],
    ['a second stop', { tasks: [stopped, task('b', exited(1))] }],
    ['a deployment that ECS reverted by itself', { service: turnedBack }],
    ['a deployment that is complete', { stack: complete, service: ourService(), tasks: [healthy()] }],
  ])('decide nothing: %s is judged alike when woken, when polled, and when asked again', async (_, seen) => {
    const polled = await verdict(seen);
    expect(await verdict({ ...seen, woken: true })).toEqual(polled);
    expect(await verdict({ ...seen, woken: true })).toEqual(polled);
  });

  it('may come before what they tell of can be seen: the watch goes on', async () => {
    expect(await watch({ woken: true, tasks: [] })).toMatchObject({ status: 'running', stoppedTasks: 0 });
  });

  it('may tell of a stop twice, and ECS may list it twice: it counts once', async () => {
    expect(await watch({ woken: true, tasks: [stopped, stopped] })).toMatchObject({ status: 'running', stoppedTasks: 1 });
  });
});

describe('patience', () => {
  it('counts polls in which nothing changed', async () => {
    const first = await watch();
    const second = await watch({ watch: first, polls: 1 });
    expect([first.quietPolls, second.quietPolls]).toEqual([0, 1]);
  });

  it('begins anew with every change of the stack, the deployment or a task', async () => {
    const quiet = { ...(await watch({ tasks: [healthy({ healthStatus: 'UNKNOWN' })] })), quietPolls: 30 };
    const then = (seen: Seen) => watch({ tasks: [healthy({ healthStatus: 'UNKNOWN' })], watch: quiet, ...seen });
    expect(await then({})).toMatchObject({ quietPolls: 31 });
    expect(await then({ stack: stackView('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS') })).toMatchObject({ quietPolls: 0 });
    expect(await then({ tasks: [healthy()] })).toMatchObject({ quietPolls: 0 });
    expect(await then({ service: ourService() })).toMatchObject({ quietPolls: 0 });
  });

  it('does not take what old tasks do for progress', async () => {
    const quiet = { ...(await watch()), quietPolls: 30 };
    expect(await watch({ watch: quiet, tasks: [serving()] })).toMatchObject({ quietPolls: 31 });
  });

  it('is not used up by events, however many come', async () => {
    const quiet = { ...(await watch()), quietPolls: quietPolls - 1 };
    for (let storm = 0; storm < 3; storm++)
      expect(await watch({ watch: quiet, woken: true })).toMatchObject({ quietPolls: quietPolls - 1 });
  });

  it('begins anew when an event was right, and something changed', async () => {
    const quiet = { ...(await watch()), quietPolls: 30 };
    expect(await watch({ watch: quiet, woken: true, tasks: [healthy()] })).toMatchObject({ quietPolls: 0 });
  });

  it('ends when nothing has changed for long', async () => {
    const quiet = { ...(await watch()), quietPolls: quietPolls - 2 };
    const last = await watch({ watch: quiet });
    expect(last.quietPolls).toBe(quietPolls - 1);
    await expect(watch({ watch: last })).rejects.toMatchObject({
      name: 'DeploymentStalled',
      message: `Nothing changed for ${quietPolls} polls; the stack is UPDATE_IN_PROGRESS, waiting for 2 of 2 tasks to start.`,
    });
  });

  it('ends even while things keep changing', async () => {
    const polls = loops.WatchDeployment.polls - 1;
    expect(await watch({ polls: polls - 1 })).toMatchObject({ status: 'running' });
    await expect(watch({ polls })).rejects.toMatchObject({
      name: 'DeploymentStalled',
      message: expect.stringContaining(`Not deployed after ${polls + 1} polls`),
    });
  });

  it('ends for a complete stack that never settles, too', async () => {
    const service = ourService({ runningCount: 1 });
    await expect(watch({ stack: complete, service, polls: loops.WatchDeployment.polls - 1 })).rejects.toMatchObject({
      name: 'DeploymentStalled',
    });
  });
});

it('takes an error of AWS for no sign of failure', async () => {
  const ports = port<WatchDeploymentPorts['stacks']>({ describe: () => Promise.reject(awsError('Throttling', 'Rate exceeded')) });
  const input = { release, stage, image, inspection, deployment, watch: null, woken: false, polls: 0 };
  const idle = { services: port<WatchDeploymentPorts['services']>({}), logs: fakeLogs() };
  await expect(watchDeployment(input, { stacks: ports, ...idle })).rejects.toMatchObject({ name: 'Throttling' });
});
