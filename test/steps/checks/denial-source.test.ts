import { type Bundle, openBundle } from '../../../steps/checks/bundle.ts';
import type { Deadline } from '../../../steps/checks/deadline.ts';
import { denialSource } from '../../../steps/checks/denial-source.ts';
import type { TaskView } from '../../../steps/contract/ports.ts';
import { denied } from '../collect-world.ts';
import { failure, incident, minute, serving, taskArn } from '../incidents.ts';
import { memoryObjects } from '../ports.ts';

const refused = (role: string) => ({
  at: minute(6),
  who: `arn:aws:sts::111122223333:assumed-role/${role}/session`,
  action: 'kms:Sign',
  code: 'AccessDenied',
  message: '',
});
const inTime: Deadline = { left: () => 1_000 };

/** Whom CloudTrail is asked about, since when, and what is kept of its answers. */
async function gathered({
  of = incident(),
  tasks = async () => [serving()] as TaskView[],
  answer = [refused('StagingService-TaskRole')],
  deadline = inTime,
}: {
  of?: ReturnType<typeof incident>;
  tasks?: () => Promise<TaskView[]>;
  answer?: ReturnType<typeof refused>[];
  deadline?: Deadline;
} = {}) {
  const asked: string[] = [];
  let since = '';
  const denials = {
    ofSession: async (session: string, from: string) => {
      asked.push(session);
      since = from;
      return session === 'AWSCloudFormation' ? answer : [];
    },
  };
  const objects = memoryObjects();
  const bundle: Bundle = openBundle(
    objects,
    { bucket: 'example', prefix: 'x' },
    Promise.resolve((text) => text),
  );
  const ports = { denials, now: () => new Date(minute(8)), persistently: <T>(attempt: () => Promise<T>) => attempt() };
  await denialSource(of, { tasks } as never, ports as never).gather(bundle, deadline);
  const { missing } = await bundle.seal(
    { release: 'example', stage: null, failure, startedAt: minute(7), redaction: 'patterns' },
    new Date(minute(8)),
  );
  return { asked, since, missing, kept: JSON.parse(objects.stored.get('x/access-denials.json') ?? 'null') };
}

describe('what AWS refused to a deployment', () => {
  const newest = Array.from({ length: 7 }, (_, index) => serving({ taskArn: taskArn(`task-${index}`) }));

  it('is asked of CloudFormation and of the newest tasks, since the deployment began', async () => {
    const { asked, since } = await gathered({ tasks: async () => newest });
    expect(asked).toEqual(['AWSCloudFormation', 'task-0', 'task-1', 'task-2', 'task-3', 'task-4']);
    expect(since).toBe(incident().deployment?.startedAt);
  });

  it('is asked for since the execution began when nothing was deployed', async () => {
    const of = incident({ deployment: null });
    expect((await gathered({ of })).since).toBe(of.execution.startedAt);
  });

  it("is what roles of the stage's own stacks were refused, and nobody else's", async () => {
    const answer = ['StagingService-TaskRole', 'StagingFoundation-Role', 'StagingServiceCopy-Role', 'ProdService-TaskRole'].map(refused);
    expect((await gathered({ answer })).kept).toEqual(answer.slice(0, 2));
  });

  it('is what CloudFormation was refused when the tasks cannot be listed', async () => {
    const { asked, kept } = await gathered({ tasks: denied });
    expect(asked).toEqual(['AWSCloudFormation']);
    expect(kept).toEqual([refused('StagingService-TaskRole')]);
  });

  it('is kept as far as the time goes, and what was not asked is counted', async () => {
    const times = [20, 10];
    const { asked, kept, missing } = await gathered({ tasks: async () => newest, deadline: { left: () => times.shift() ?? 0 } });
    expect(asked).toEqual(['AWSCloudFormation', 'task-0']);
    expect(kept).toHaveLength(1);
    expect(missing).toEqual([{ source: 'access-denial', reason: 'what 4 sessions were refused: the time was up' }]);
  });
});
