import { signatureOf, stoppedByItself } from '../../../steps/checks/stopped-task.ts';
import type { TaskView } from '../../../steps/contract/ports.ts';
import { exited, healthy } from '../builders.ts';
import { crashed } from '../incidents.ts';

const scheduler = (stoppedReason: string) => crashed({ stopCode: 'ServiceSchedulerInitiated', stoppedReason });
const notStarted = (stoppedReason: string) => crashed({ stopCode: 'TaskFailedToStart', stoppedReason, startedAt: null, containers: [] });

describe('stoppedByItself', () => {
  it.each<[string, TaskView]>([
    ['could not start', notStarted('CannotPullContainerError: not found')],
    ['exited', exited(1)],
    ['exited without an error', exited(0)],
    ['failed the health checks of the load balancer', scheduler('Task failed ELB health checks in (target-group arn:example)')],
    ['failed those of its container', scheduler('Task failed container health checks')],
    ['is about to be stopped for that', { ...scheduler('Task failed ELB health checks'), lastStatus: 'DEPROVISIONING' }],
  ])('is so of a task that %s', (_, task) => {
    expect(stoppedByItself(task)).toBe(true);
  });

  it.each<[string, TaskView]>([
    ['runs', healthy()],
    ['is unhealthy, but runs', healthy({ healthStatus: 'UNHEALTHY' })],
    ['was scaled in', scheduler('Scaling activity initiated by (deployment ecs-svc/2)')],
    ['somebody stopped', crashed({ stopCode: 'UserInitiated' })],
    [
      'gave way to maintenance',
      crashed({ stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'ECS is performing maintenance on the host' }),
    ],
    ['lost its spot capacity', crashed({ stopCode: 'SpotInterruption' })],
    ['stopped for nobody knows what', crashed({ stopCode: '' })],
  ])('is not so of a task that %s', (_, task) => {
    expect(stoppedByItself(task)).toBe(false);
  });
});

describe('signatureOf', () => {
  it.each<[string, boolean, TaskView]>([
    ['SecretKeyMissing', true, notStarted('ResourceInitializationError: unable to pull secrets: did not contain json key tenant')],
    ['ImagePullFailed', true, notStarted('CannotPullContainerError: pull image manifest has been retried 1 time(s): not found')],
    ['ImageArchitecture', true, notStarted('CannotStartContainerError: exec format error')],
    ['NetworkUnreachable', false, notStarted('ResourceInitializationError: unable to pull secrets: context deadline exceeded')],
    ['PermissionDenied', false, notStarted('ResourceInitializationError: not authorized to perform: ecr:GetAuthorizationToken')],
    ['HealthCheckFailed', false, scheduler('Task failed ELB health checks in (target-group arn:example)')],
    ['HealthCheckFailed', false, scheduler('Task failed container health checks')],
    ['ContainerCrashed', false, exited(1)],
    ['ContainerCrashed', false, exited(0)],
    // A task says why it stops before its container says how it ended.
    ['ContainerCrashed', false, exited(null, { lastStatus: 'DEPROVISIONING' })],
    ['SecretValueInvalid', true, exited(78)],
    ['Unclassified', false, notStarted('Timeout waiting for network interface provisioning to complete.')],
  ])('is %s (fatal: %s) by what ECS says', (cause, fatal, task) => {
    expect(signatureOf(task, [])).toMatchObject({ cause, fatal });
  });

  it('is by what ECS says of the container, when it is killed for its memory', () => {
    const [container] = exited(137).containers;
    const task = exited(137, { containers: [{ ...container!, reason: 'OutOfMemoryError: Container killed due to memory usage' }] });
    expect(signatureOf(task, [])).toMatchObject({ cause: 'OutOfMemory', fatal: false });
  });

  it.each<[string, boolean, string]>([
    ['SecretEmpty', true, '{"event":"config.invalid","cause":"SecretEmpty","keys":[]}'],
    ['ImageArchitecture', true, 'exec /usr/bin/node: exec format error'],
    ['PermissionDenied', false, 'AccessDeniedException: User is not authorized to perform: sqs:SendMessage'],
  ])('is %s (fatal: %s) by the log, before all that ECS says', (cause, fatal, line) => {
    const task = scheduler('Task failed ELB health checks');
    expect(signatureOf(task, ['starting', line, 'bye'])).toMatchObject({ cause, fatal });
  });

  it('tells no line of the log: it may hold what an error text must not', () => {
    const line = 'example-token AccessDenied example-token';
    expect(signatureOf(exited(1), [line]).sentence).toBe('The container was denied access.');
  });

  it('believes no cause that is none', () => {
    const line = '{"event":"config.invalid","cause":"toString","keys":[]}';
    expect(signatureOf(exited(1), [line])).toMatchObject({ cause: 'ContainerCrashed', fatal: false });
  });

  it('repeats what ECS says when no rule knows it', () => {
    const task = notStarted('Timeout waiting for network interface provisioning to complete.');
    expect(signatureOf(task, []).sentence).toBe('TaskFailedToStart: Timeout waiting for network interface provisioning to complete.');
  });
});
