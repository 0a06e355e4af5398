import { Replays } from '../../../container/src/verification/replays.ts';

const accepted = async () => ({ status: 202, body: {} });

/** Replays on a clock that the test moves, and how often the work ran. */
function replays(limit?: number) {
  const world = { at: 0, runs: 0 };
  const memory = new Replays(() => world.at, limit);
  const deliver = (id: string, work: () => Promise<{ status: number; body: object }> = accepted) =>
    memory.once(id, () => {
      world.runs++;
      return work();
    });
  return { world, memory, deliver };
}

describe('an event that is delivered again', () => {
  it('is answered like the first, without a second run, even while the first still runs', async () => {
    const { world, deliver } = replays();
    const answers = await Promise.all([deliver('a'), deliver('a')]);
    expect(answers[0]).toBe(answers[1]);
    expect(await deliver('a')).toBe(answers[0]);
    expect(world.runs).toBe(1);
  });

  it.each([
    ['answered 503', async () => ({ status: 503, body: {} })],
    ['threw', () => Promise.reject(new Error('defect'))],
  ])('runs again when the first %s', async (_, work) => {
    const { world, deliver } = replays();
    await deliver('a', work).catch(() => undefined);
    expect(await deliver('a')).toMatchObject({ status: 202 });
    expect(world.runs).toBe(2);
  });

  it('is remembered for as long as its timestamp can be valid, and no longer', async () => {
    const { world, memory, deliver } = replays();
    await deliver('a');
    world.at = 599_999;
    await deliver('a');
    expect(world.runs).toBe(1);
    world.at = 600_000;
    await deliver('a');
    expect(world.runs).toBe(2);
    expect(memory.size).toBe(1);
  });

  it('takes bounded memory: the oldest is forgotten first', async () => {
    const { world, memory, deliver } = replays(3);
    for (const id of ['a', 'b', 'c', 'd']) await deliver(id);
    expect(memory.size).toBe(3);
    await deliver('d');
    expect(world.runs).toBe(4);
    await deliver('a');
    expect(world.runs).toBe(5);
  });
});
