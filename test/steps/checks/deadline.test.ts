import { eachOf, persistently, within } from '../../../steps/checks/deadline.ts';

const never = new Promise<never>(() => {});

describe('within', () => {
  it('answers what the work answers', async () => {
    expect(await within(60_000, Promise.resolve('done'))).toBe('done');
  });

  it('gives up after the deadline, and says how long it waited', async () => {
    await expect(within(5, never)).rejects.toThrow('no answer within 0.005 s');
  });

  it("passes on the work's own error", async () => {
    await expect(within(60_000, Promise.reject(new Error('throttled')))).rejects.toThrow('throttled');
  });

  it('lets work that was given up fail without a word', async () => {
    let fail = (_: Error) => {};
    const late = new Promise<never>((_, reject) => {
      fail = reject;
    });
    await expect(within(1, late)).rejects.toThrow('no answer');
    fail(new Error('too late for anybody'));
    // An unhandled rejection would end this process before the next turn.
    await new Promise(setImmediate);
  });
});

describe('persistently', () => {
  const failing = (times: number) => {
    const seen: number[] = [];
    return {
      seen,
      attempt: async () => {
        seen.push(seen.length + 1);
        if (seen.length <= times) throw new Error(`failure ${seen.length}`);
        return seen.length;
      },
    };
  };

  it.each([0, 1, 2])('answers after %i failures', async (times) => {
    expect(await persistently(0, failing(times).attempt)).toBe(times + 1);
  });

  it("tells the third attempt's error, and tries no fourth time", async () => {
    const { attempt, seen } = failing(9);
    await expect(persistently(0, attempt)).rejects.toThrow('failure 3');
    expect(seen).toEqual([1, 2, 3]);
  });
});

describe('eachOf', () => {
  it('works on every item, and on no more than the limit at a time', async () => {
    const items = Array.from({ length: 20 }, (_, index) => index);
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await eachOf(items, 3, async (item) => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running -= 1;
      done.push(item);
    });
    expect(done.sort((a, b) => a - b)).toEqual(items);
    expect(most).toBe(3);
  });

  it('has nothing to do for no items', async () => {
    await expect(eachOf([], 8, () => Promise.reject(new Error('not to be called')))).resolves.toBeUndefined();
  });
});
