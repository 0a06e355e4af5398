import { PackagingRefused } from '../../../container/src/packaging/errors.ts';
import type { ProcessEvent } from '../../../container/src/work/process-event.ts';
import { backoffSeconds, takeTurn } from '../../../container/src/work/turn.ts';
import { CountedMetrics, exampleEvent, received, ScriptedQueue, silent } from './fakes.ts';

const turn = async (process: ProcessEvent, message = received(), stop = new AbortController().signal, queue = new ScriptedQueue()) => {
  const metrics = new CountedMetrics();
  await takeTurn(message, stop, { queue, process, log: silent, metrics });
  return { told: queue.told, added: metrics.added };
};

describe('an event', () => {
  it('is removed after its work, not before', async () => {
    const queue = new ScriptedQueue();
    const seen: unknown[] = [];
    const { told, added } = await turn(
      async (event, { attempt }) => void seen.push(event, attempt, [...queue.told]),
      received({ attempt: 3 }),
      undefined,
      queue,
    );
    expect(seen).toEqual([exampleEvent(), 3, []]);
    expect(told).toEqual(['remove example-receipt']);
    expect(added).toEqual({ QueueAge: 5, Processed: 1 });
  });

  it('comes again later when its work fails, later each time', async () => {
    const fail = () => Promise.reject(new TypeError('example'));
    expect((await turn(fail)).told).toEqual(['hide example-receipt 30']);
    expect(await turn(fail, received({ attempt: 3 }))).toEqual({
      told: ['hide example-receipt 480'],
      added: { QueueAge: 5, 'Failed TypeError': 1 },
    });
    expect([1, 2, 3, 4, 5, 9].map(backoffSeconds)).toEqual([30, 120, 480, 1920, 3600, 3600]);
  });

  it('is parked with its reason at the last attempt', async () => {
    const { told, added } = await turn(() => Promise.reject(new Error('still down')), received({ attempt: 10 }));
    expect(told).toEqual(['park example-receipt Error: still down', 'remove example-receipt']);
    expect(added).toMatchObject({ Parked: 1 });
  });

  it('is parked at once when no retry can cure it', async () => {
    const { told } = await turn(() => Promise.reject(new PackagingRefused('The export unpacks to too much.')));
    expect(told[0]).toBe('park example-receipt PackagingRefused: The export unpacks to too much.');
  });

  it.each([
    '',
    '{',
    '[]',
    JSON.stringify({ ...exampleEvent(), format: 2 }),
    JSON.stringify({ ...exampleEvent(), task: { kind: 'other' } }),
  ])('that reads %j is parked and never worked on', async (body) => {
    let worked = false;
    const { told } = await turn(async () => {
      worked = true;
    }, received({ body }));
    expect(told).toEqual([expect.stringMatching(/^park example-receipt .*no event of a format/), 'remove example-receipt']);
    expect(worked).toBe(false);
  });

  it('is handed back at once, and not counted as failed, when the task stops', async () => {
    const stop = new AbortController();
    const work: ProcessEvent = (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const over = turn(work, received({ attempt: 10 }), stop.signal);
    stop.abort(new Error('the task stops'));
    expect(await over).toEqual({ told: ['hide example-receipt 0'], added: { QueueAge: 5 } });
  });

  it('stays in the queue when it cannot be parked', async () => {
    const queue = new ScriptedQueue();
    queue.failures.park = new Error('example');
    const { told } = await turn(() => Promise.reject(new PackagingRefused('example')), received(), undefined, queue);
    expect(told).toEqual([]);
  });

  it('ends its turn even when SQS cannot be told', async () => {
    const queue = new ScriptedQueue();
    Object.assign(queue.failures, { hide: new Error('example'), remove: new Error('example') });
    await expect(turn(() => Promise.resolve(), received(), undefined, queue)).resolves.toBeDefined();
    await expect(turn(() => Promise.reject(new Error('example')), received(), undefined, queue)).resolves.toBeDefined();
  });
});
