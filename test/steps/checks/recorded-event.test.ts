import { keyOf, kindOf, stageOf } from '../../../steps/checks/recorded-event.ts';
import { clusterArn, minute, stackId, stage } from '../incidents.ts';
import { deploymentEnded, resourceMoved, serviceAction, stackMoved, taskArn, taskStopped } from '../recordings.ts';

describe('what an event is kept as', () => {
  it.each([
    ['a task that stopped', taskStopped(), 'task-stopped'],
    ['a task that is to stop and runs still', taskStopped({ lastStatus: 'STOPPING' }), null],
    ['a deployment that failed', deploymentEnded('SERVICE_DEPLOYMENT_FAILED'), 'deployment-failed'],
    ['a deployment that is done', deploymentEnded('SERVICE_DEPLOYMENT_COMPLETED'), null],
    ['a warning of a service', serviceAction('WARN', 'SERVICE_TASK_START_IMPAIRED'), 'service-action'],
    ['an error of a service', serviceAction('ERROR', 'SERVICE_TASK_PLACEMENT_FAILURE'), 'service-action'],
    ['news of a service', serviceAction('INFO', 'SERVICE_STEADY_STATE'), null],
    ['a stack that turns back', stackMoved('UPDATE_ROLLBACK_IN_PROGRESS'), 'stack-failed'],
    ['a stack that is done', stackMoved('UPDATE_COMPLETE'), null],
    ['a resource that failed', resourceMoved('UPDATE_FAILED'), 'resource-failed'],
    ['a resource that is done', resourceMoved('UPDATE_COMPLETE'), null],
    ['a stack of which the event says nothing', { ...stackMoved(''), detail: {} }, null],
    ['another type of event', { ...taskStopped(), 'detail-type': 'ECS Container Instance State Change' }, null],
  ])('is told by its type and its words: %s', (_, event, kind) => {
    expect(kindOf(event)).toBe(kind);
  });
});

describe('whose an event is', () => {
  const of = (resource: string, detail = {}) => stageOf({ ...taskStopped(), detail, resources: [resource] }, [stage])?.name ?? null;

  it('is told by the stack, the cluster or any resource that it names', () => {
    expect(of('arn:aws:s3:::example', { 'stack-id': stackId })).toBe(stage.name);
    expect(of(taskArn)).toBe(stage.name);
  });

  it.each([
    clusterArn,
    stackId.replace(`${stage.serviceStack}/`, `${stage.serviceStack}Copy/`),
    taskArn.replace('task/', 'container-instance/'),
    'arn:aws:s3:::StagingFoundation-',
    'no ARN at all',
  ])('is nobody because a name is alike: %s', (resource) => {
    expect(of(resource)).toBeNull();
  });
});

describe('the key of an event', () => {
  it('has the time at which it happened, else that of the event', () => {
    const key = (event: ReturnType<typeof taskStopped>) =>
      keyOf(event, stage, kindOf(event) ?? 'task-stopped')
        .split('/')
        .at(-1);
    const stamp = (at: string) => at.replace('.000Z', 'Z').replaceAll(':', '-');
    expect(key(taskStopped({ stoppedAt: minute(3) }))).toContain(stamp(minute(3)));
    expect(key(taskStopped({ stoppedAt: undefined }))).toContain(stamp(minute(7)));
    expect(key(serviceAction('ERROR', 'example'))).toContain(stamp(minute(8)));
    expect(key(deploymentEnded('SERVICE_DEPLOYMENT_FAILED'))).toContain(stamp(minute(8)));
    expect(key(stackMoved('UPDATE_FAILED'))).toContain(stamp(minute(7)));
  });
});
