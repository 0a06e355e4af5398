import { setTimeout as sleep } from 'node:timers/promises';

/** Rejects when `work` takes longer than `milliseconds`. The work itself goes on: nothing of it may be waited for any more. */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = sleep(milliseconds, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`no answer within ${milliseconds / 1000} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    // A losing promise that nobody listens to would end the process.
    late.catch(() => undefined);
    work.catch(() => undefined);
    timer.abort();
  }
}

/** How long there is left for a work that can end early and say so. */
export interface Deadline {
  /** Milliseconds; 0 when it is over. */
  left(): number;
}
export function deadlineIn(milliseconds: number): Deadline {
  const end = performance.now() + milliseconds;
  return { left: () => Math.max(0, end - performance.now()) };
}

/** AWS says the same the next time: no role gets another right by asking again. */
const denied = /^AccessDenied|^UnauthorizedOperation$/;

/** Tries up to three times, with a pause that doubles: a throttled or late source is one worth asking again. */
export async function persistently<T>(firstPauseMilliseconds: number, attempt: () => Promise<T>): Promise<T> {
  for (const pause of [firstPauseMilliseconds, firstPauseMilliseconds * 2]) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof Error && denied.test(error.name)) throw error;
      await sleep(pause); // The last attempt's error is the one that is told.
    }
  }
  return attempt();
}

/** Runs `work` for each item in order, at most `limit` at a time. `work` must not throw. */
export async function eachOf<T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
