import { recordedTask } from '../../../steps/checks/recorded-task.ts';
import { minute, ourDefinition } from '../incidents.ts';
import { taskArn, taskStopped } from '../recordings.ts';

const containers = [
  { name: 'webhook', exitCode: 137, reason: 'OutOfMemoryError', image: 'example', imageDigest: 'sha256:example', lastStatus: 'STOPPED' },
  {},
];

describe('a task out of an event', () => {
  it('is the task that ECS would describe, without its health', () => {
    expect(recordedTask(taskStopped({ containers }))).toEqual({
      taskArn,
      taskDefinitionArn: ourDefinition,
      startedBy: 'ecs-svc/2',
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      healthStatus: 'UNKNOWN',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      createdAt: minute(6),
      startedAt: minute(6),
      stoppedAt: minute(7),
      containers: [
        { name: 'webhook', exitCode: 137, reason: 'OutOfMemoryError', image: 'example', digest: 'sha256:example', lastStatus: 'STOPPED' },
        { name: '', exitCode: null, reason: '', image: '', digest: '', lastStatus: '' },
      ],
    });
  });

  it('has no time, no word and no container that the event does not tell', () => {
    expect(recordedTask({ detail: { startedAt: '', stoppedReason: 7 } })).toMatchObject({
      taskArn: '',
      stoppedReason: '',
      createdAt: null,
      startedAt: null,
      stoppedAt: null,
      containers: [],
    });
  });
});
