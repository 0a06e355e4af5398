import type { ProcessEvent } from '../../../container/src/work/process-event.ts';
import { Worker } from '../../../container/src/work/worker.ts';
import { CountedMetrics, exampleEvent, received, ScriptedQueue, silent } from './fakes.ts';

const message = (name: string) =>
  received({ receipt: name, body: JSON.stringify(exampleEvent(`etr_${name}`, name)), groupId: `etr_${name}`, deduplicationId: name });

const worker = (queue: ScriptedQueue, process: ProcessEvent, graceMs = { finish: 200, end: 100 }) => {
  const made = new Worker({ queue, process, log: silent, metrics: new CountedMetrics(), atOnce: 2, graceMs });
  made.start();
  return made;
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a worker', () => {
  it('works on a few events side by side, and on no more', async () => {
    const queue = new ScriptedQueue(message('a'), message('b'), message('c'));
    let running = 0;
    let most = 0;
    const made = worker(queue, async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 30));
      running -= 1;
    });
    await until(() => queue.told.length === 3);
    expect(most).toBe(2);
    await made.stop();
  });

  it('lets work end that is nearly done when it is stopped, and takes nothing new', async () => {
    const queue = new ScriptedQueue(message('a'));
    let started = false;
    const made = worker(queue, async () => {
      started = true;
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    await until(() => started);
    const stopped = made.stop();
    queue.add(message('late'));
    await stopped;
    expect(queue.told).toContain('remove a');
    expect(queue.told).not.toContain('remove late');
  });

  it('hands back what arrives while it stops, and work that takes too long, whether it listens or not', async () => {
    const queue = new ScriptedQueue(message('listens'), message('deaf'));
    const made = worker(queue, (event, { signal }) =>
      event.webhookId === 'deaf'
        ? new Promise(() => {})
        : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    await until(() => queue.told.length === 0);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await made.stop();
    expect(queue.told.sort()).toEqual(['hide deaf 0', 'hide listens 0']);
  });

  it('goes on after a receive that failed', async () => {
    const queue = new ScriptedQueue(message('a'));
    queue.failures.receive = new Error('example');
    const made = worker(queue, () => Promise.resolve());
    await new Promise((resolve) => setTimeout(resolve, 20));
    queue.failures.receive = undefined;
    await until(() => queue.told.length === 1);
    expect(queue.told).toEqual(['remove a']);
    await made.stop();
  });
});
