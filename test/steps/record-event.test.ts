import type { SecretReader } from '../../steps/contract/ports.ts';
import { type CloudEvent, parts, Recording, recordingsSince } from '../../steps/contract/recording.ts';
import { keys } from '../../steps/contract/records.ts';
import { Delivered, type RecordEventPorts, recordEvent } from '../../steps/record-event.ts';
import { exampleSecret } from '../container/builders.ts';
import { ourTaskDefinition } from './builders.ts';
import { FakeMeasures, FakeTable, fakeLogs, fakeSecrets } from './fakes.ts';
import { minute, stage } from './incidents.ts';
import { clockAt, port } from './ports.ts';
import { deploymentEnded, MemoryRecordings, resourceMoved, serviceAction, stackMoved, taskArn, taskStopped } from './recordings.ts';

const stream = `/release/staging/service webhook/webhook/${taskArn.split('/').at(-1)}`;
const prod = {
  ...stage,
  name: 'prod',
  foundationStack: 'ProdFoundation',
  serviceStack: 'ProdService',
  secretName: 'example/prod/benchling',
};

function world({ lines = [] as string[], secrets = fakeSecrets() as SecretReader, token = 'a-token' } = {}) {
  const recordings = new MemoryRecordings();
  const table = new FakeTable({ ...keys.wake('staging'), token });
  const woken: string[] = [];
  const streams: Record<string, string[]> = { [stream]: lines };
  const measures = new FakeMeasures();
  const ports: RecordEventPorts = {
    recordings,
    measures,
    table,
    secrets,
    logs: fakeLogs(streams),
    services: { taskDefinition: async () => ourTaskDefinition() },
    waker: {
      wake: async (each: string) => {
        woken.push(each);
        return 'woken' as const;
      },
    },
    clock: clockAt(minute(9)),
  };
  const settings = { bucket: 'example', stages: [prod, stage] };
  const run = (delivered: unknown, more: Partial<RecordEventPorts> = {}) =>
    recordEvent(Delivered.parse(delivered), settings, { ...ports, ...more });
  const later = (...events: CloudEvent[]) => ({ Records: events.map((event) => ({ body: JSON.stringify(event) })) });
  return { recordings, table, woken, measured: measures.sent, run, later, keys: () => [...recordings.stored.keys()] };
}

describe('RecordEvent', () => {
  it('keeps a stopped task and its log under a key of its stage and its time', async () => {
    const here = world({ lines: ['Error: no such table'] });
    const { written } = await here.run(taskStopped());
    expect(written).toEqual([
      expect.stringMatching(/^recorder\/staging\/2026-01-01T12-07-00Z-task-stopped-[0-9a-f]{16}\.json$/),
      expect.stringMatching(/^recorder\/staging\/2026-01-01T12-07-00Z-task-stopped-[0-9a-f]{16}\.log$/),
    ]);
    expect(Recording.parse(JSON.parse(here.recordings.stored.get(written[0]!)!))).toMatchObject({
      kind: 'task-stopped',
      stage: 'staging',
      event: { detail: { taskArn } },
    });
    expect(here.recordings.stored.get(written[1]!)).toContain('Error: no such table');
  });

  it('keeps an event once, however often it comes, and whatever its envelope', async () => {
    const here = world({ lines: ['Error'] });
    await here.run(taskStopped());
    const again = { ...taskStopped({ updatedAt: minute(8) }), id: '00000000-0000-4000-8000-000000000010', time: minute(8) };
    expect((await here.run(again)).written).toEqual([]);
    expect(here.keys()).toHaveLength(2);
  });

  it('keeps two tasks that stopped in the same second apart', async () => {
    const here = world();
    await here.run(taskStopped());
    await here.run(taskStopped({ taskArn: `${taskArn.slice(0, -1)}0` }));
    expect(here.keys()).toHaveLength(2);
  });

  it('reads a log again out of the queue, because logs lag, and keeps it beside the first', async () => {
    const lines: string[] = [];
    const here = world({ lines });
    expect((await here.run(taskStopped())).written).toEqual([expect.stringMatching(/\.json$/)]);
    lines.push('TypeError: settings is undefined');
    const { written } = await here.run(here.later(taskStopped(), taskStopped()));
    expect(written).toEqual([expect.stringMatching(/\.later\.log$/)]);
    expect(here.keys().map((key) => key.slice(key.indexOf('.')))).toEqual([parts.event, parts.later]);
  });

  it('looks for no log of a task that never started', async () => {
    const here = world();
    const services = port<{ taskDefinition: never }>({});
    const never = taskStopped({ startedAt: undefined, stopCode: 'TaskFailedToStart' });
    await here.run(never, { services });
    await here.run(here.later(never), { services });
    expect(here.keys()).toEqual([expect.stringMatching(/\.json$/)]);
  });

  it.each([
    ['deployment-failed', deploymentEnded('SERVICE_DEPLOYMENT_FAILED', 'tasks failed to start')],
    ['service-action', serviceAction('WARN', 'SERVICE_TASK_START_IMPAIRED')],
    ['service-action', serviceAction('ERROR', 'SERVICE_TASK_PLACEMENT_FAILURE', 'RESOURCE:FARGATE')],
    ['stack-failed', stackMoved('UPDATE_ROLLBACK_IN_PROGRESS', 'The following resource(s) failed to update: [Service]')],
    ['stack-failed', stackMoved('UPDATE_ROLLBACK_FAILED')],
    ['resource-failed', resourceMoved('UPDATE_FAILED', 'Resource handler returned message')],
  ])('keeps %s', async (kind, event) => {
    const here = world();
    await here.run(event);
    expect(here.keys()).toEqual([expect.stringMatching(new RegExp(`-${kind}-[0-9a-f]{16}\\.json$`))]);
  });

  it.each([
    ['a completed deployment', deploymentEnded('SERVICE_DEPLOYMENT_COMPLETED')],
    ['a completed stack', stackMoved('UPDATE_COMPLETE')],
    ['a task that only stops', taskStopped({ lastStatus: 'DEACTIVATING' })],
    ['a steady service', serviceAction('INFO', 'SERVICE_STEADY_STATE')],
  ])('keeps nothing of %s, but wakes who watches', async (_, event) => {
    const here = world();
    expect(await here.run(event)).toEqual({ written: [], woken: ['staging'] });
    expect(here.keys()).toEqual([]);
  });

  it('has nothing to do with stacks and clusters of others', async () => {
    const here = world();
    const stranger = {
      ...stackMoved('UPDATE_FAILED'),
      resources: [],
      detail: { 'stack-id': 'arn:aws:cloudformation:us-east-1:111122223333:stack/StagingServiceOther/1' },
    };
    expect(await here.run(stranger)).toEqual({ written: [], woken: [] });
  });

  it('lists what happened since by key alone', async () => {
    const here = world();
    await here.run(taskStopped({ stoppedAt: minute(4), version: 4 }));
    await here.run(taskStopped());
    const since = await here.recordings.list('example', 'recorder/staging/', recordingsSince('staging', minute(5)), 10);
    expect(since).toEqual([expect.stringContaining('2026-01-01T12-07-00Z')]);
  });
});

describe('RecordEvent and secrets', () => {
  const secret = exampleSecret();
  const value = secret.client_secret;

  it('lets no value of the secret through, neither of an event nor of a log', async () => {
    const here = world({ lines: [`client_secret=${value}`] });
    await here.run(taskStopped({ stoppedReason: `cannot start with ${value}` }));
    await here.run(here.later(taskStopped()));
    expect(here.keys()).toHaveLength(3);
    for (const text of here.recordings.stored.values()) expect(text).not.toContain(value);
    expect([...here.recordings.stored.values()].join()).toContain('[redacted:client_secret]');
  });

  it('keeps what it can and says so when the secret cannot be read', async () => {
    const secrets: SecretReader = {
      read: async () => {
        throw new Error('denied');
      },
    };
    const here = world({ secrets });
    const { written } = await here.run(taskStopped());
    expect(JSON.parse(here.recordings.stored.get(written[0]!)!)).toMatchObject({ redaction: 'patterns' });
  });
});

describe('RecordEvent and whoever watches', () => {
  it('wakes it once, however many events come at once', async () => {
    const here = world();
    await Promise.all([here.run(taskStopped()), here.run(stackMoved('UPDATE_FAILED')), here.run(taskStopped())]);
    expect(here.woken).toEqual(['a-token']);
    expect(here.table.items.size).toBe(0);
  });

  it('wakes nobody for what the queue held back', async () => {
    const here = world();
    await here.run(here.later(taskStopped()));
    expect(here.woken).toEqual([]);
  });

  it('does no harm with a token that nobody waits for any more', async () => {
    const here = world();
    const { woken } = await here.run(taskStopped(), { waker: { wake: async () => 'late' } });
    expect(woken).toEqual([]);
  });

  it('keeps the evidence when the table is down, and fails so that the event comes again', async () => {
    const here = world();
    const table = {
      get: async () => {
        throw new Error('the table is down');
      },
      remove: async () => false,
    };
    await expect(here.run(taskStopped(), { table })).rejects.toThrow('the table is down');
    expect(here.keys()).toHaveLength(1);
  });

  it('wakes when the store is down, and fails so that the event comes again', async () => {
    const here = world();
    const recordings = {
      insert: async () => {
        throw new Error('the store is down');
      },
    };
    await expect(here.run(taskStopped(), { recordings })).rejects.toThrow('the store is down');
    expect(here.woken).toEqual(['a-token']);
  });
});

describe('a stopped task, as it is measured', () => {
  const crashed = { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' };

  it('is counted by its cause, and as lost while no release holds the stage', async () => {
    const here = world();
    await here.run(taskStopped(crashed));
    expect(here.measured).toEqual([
      { metric: 'TaskStopped', value: 1, Stage: 'staging', Cause: 'EssentialContainerExited' },
      { metric: 'TaskLost', value: 1, Stage: 'staging' },
    ]);
  });

  it('is not lost while a release holds the stage: the release tells of it', async () => {
    const here = world();
    await here.table.put({ ...keys.lock('staging'), holder: 'v1.4.0-0123456-1' });
    await here.run(taskStopped(crashed));
    expect(here.measured.map(({ metric }) => metric)).toEqual(['TaskStopped']);
  });

  it.each([
    [
      'scaling wanted it to',
      { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/1)' },
    ],
    ['a person did', { stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' }],
  ])('is not lost when %s', async (_, detail) => {
    const here = world();
    await here.run(taskStopped(detail));
    expect(here.measured.map(({ metric }) => metric)).toEqual(['TaskStopped']);
  });

  it('is lost when ECS stopped it because it was sick', async () => {
    const here = world();
    await here.run(
      taskStopped({ stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Task failed ELB health checks in (target-group x)' }),
    );
    expect(here.measured.map(({ metric }) => metric)).toEqual(['TaskStopped', 'TaskLost']);
  });

  it('counts once, however often its event comes', async () => {
    const here = world();
    await here.run(taskStopped(crashed));
    await here.run(taskStopped(crashed));
    await here.run(here.later(taskStopped(crashed)));
    expect(here.measured).toHaveLength(2);
  });

  it('makes no metric of a word that ECS did not know', async () => {
    const here = world();
    await here.run(taskStopped({ ...crashed, stopCode: 'SomethingNew' }));
    expect(here.measured[0]).toMatchObject({ Cause: 'Other' });
  });
});
