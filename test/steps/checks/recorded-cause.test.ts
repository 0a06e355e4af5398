import { recordedCause } from '../../../steps/checks/recorded-cause.ts';
import { Delivered, recordEvent } from '../../../steps/record-event.ts';
import { ourTaskDefinition } from '../builders.ts';
import { FakeMeasures, FakeTable, fakeLogs, fakeSecrets } from '../fakes.ts';
import { minute, stackId, stage } from '../incidents.ts';
import { clockAt } from '../ports.ts';
import { deploymentEnded, MemoryRecordings, resourceMoved, serviceAction, stackMoved, taskArn, taskStopped } from '../recordings.ts';

/** What the recorder leaves of these events, while nothing else of the pipeline lives. */
async function kept(events: object[], lines: string[] = []) {
  const recordings = new MemoryRecordings();
  const ports = {
    recordings,
    table: new FakeTable(),
    secrets: fakeSecrets(),
    logs: fakeLogs({ [`/release/staging/service webhook/webhook/${taskArn.split('/').at(-1)}`]: lines }),
    services: { taskDefinition: async () => ourTaskDefinition() },
    waker: { wake: async () => 'late' as const },
    measures: new FakeMeasures(),
    clock: clockAt(minute(9)),
  };
  for (const event of events) await recordEvent(Delivered.parse(event), { bucket: 'example', stages: [stage] }, ports);
  return recordings.stored;
}

describe('the recorder alone', () => {
  it('tells the cause by the last words of a container', async () => {
    const said = '{"event":"config.invalid","cause":"SecretKeyMissing","keys":["app_definition_id"]}';
    expect(recordedCause(await kept([taskStopped()], [said]))).toMatchObject({ cause: 'SecretKeyMissing', confidence: 'certain' });
  });

  it('tells the cause by what ECS says of a task that never started', async () => {
    const stoppedReason = 'CannotPullContainerError: pull image manifest has been retried 1 time(s): not found';
    const never = taskStopped({ startedAt: undefined, stopCode: 'TaskFailedToStart', stoppedReason });
    expect(recordedCause(await kept([never]))).toMatchObject({ cause: 'ImagePullFailed' });
  });

  it('tells a crash by its exit code when no line arrived', async () => {
    expect(recordedCause(await kept([taskStopped()]))).toMatchObject({ cause: 'ContainerCrashed' });
  });

  it('tells the cause by what a deployment, or a service, says as it fails', async () => {
    const breaker = 'ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.';
    expect(recordedCause(await kept([deploymentEnded('SERVICE_DEPLOYMENT_FAILED', breaker)]))).toMatchObject({
      cause: 'DeploymentReverted',
    });
    const unready = '(service example) failed container health checks';
    const events = [serviceAction('WARN', 'SERVICE_TASK_START_IMPAIRED'), serviceAction('ERROR', 'EXAMPLE', unready)];
    expect(recordedCause(await kept(events))).toMatchObject({ cause: 'HealthCheckFailed' });
  });

  it('tells the cause by what CloudFormation says of a resource, or of the stack itself', async () => {
    const reason = 'User: arn:aws:sts::111122223333:assumed-role/StagingService-Role/x is not authorized to perform: sqs:CreateQueue';
    for (const event of [resourceMoved('UPDATE_FAILED', reason), stackMoved('UPDATE_ROLLBACK_IN_PROGRESS', reason)])
      expect(recordedCause(await kept([event]))).toMatchObject({
        cause: 'PermissionDenied',
        sentence: expect.stringContaining('sqs:CreateQueue'),
      });
  });

  it('names none by an event that says nothing', async () => {
    const silent = { ...resourceMoved('UPDATE_FAILED'), detail: { 'stack-id': stackId } };
    const recording = { kind: 'stack-failed', stage: stage.name, recordedAt: minute(9), redaction: 'patterns', event: silent };
    expect(recordedCause(new Map([['recorder/staging/example.json', JSON.stringify(recording)]]))).toBeNull();
    expect(recordedCause(new Map())).toBeNull();
  });

  it('names none when nothing failed', async () => {
    expect(recordedCause(await kept([stackMoved('UPDATE_COMPLETE'), resourceMoved('UPDATE_COMPLETE')]))).toBeNull();
  });
});
