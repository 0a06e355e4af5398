import { jest } from '@jest/globals';
import { Lease } from '../../../container/src/work/lease.ts';
import { received, ScriptedQueue } from './fakes.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const never = new AbortController().signal;

describe('a lease', () => {
  it('hides the message again long before it would show', async () => {
    const queue = new ScriptedQueue();
    const lease = new Lease(queue, received(), never);
    await jest.advanceTimersByTimeAsync(65_000);
    expect(queue.told).toEqual(Array(3).fill('hide example-receipt 60'));
    lease.end();
    await jest.advanceTimersByTimeAsync(65_000);
    expect(queue.told).toHaveLength(3);
    expect(lease.lost).toBe(false);
  });

  it('is lost at once when somebody else has the message', async () => {
    const queue = new ScriptedQueue();
    queue.failures.hide = Object.assign(new Error('example'), { name: 'InvalidParameterValue' });
    const lease = new Lease(queue, received(), never);
    await jest.advanceTimersByTimeAsync(20_000);
    expect([lease.lost, lease.signal.aborted]).toEqual([true, true]);
  });

  it('outlives renewals that fail for a while, and is lost when the time is up', async () => {
    const queue = new ScriptedQueue();
    queue.failures.hide = Object.assign(new Error('example'), { name: 'TimeoutError' });
    const lease = new Lease(queue, received(), never);
    await jest.advanceTimersByTimeAsync(40_000);
    expect(lease.lost).toBe(false);
    await jest.advanceTimersByTimeAsync(20_000);
    expect([lease.lost, lease.signal.aborted]).toEqual([true, true]);
  });

  it('ends the work when the task stops, without being lost', () => {
    const stop = new AbortController();
    const lease = new Lease(new ScriptedQueue(), received(), stop.signal);
    stop.abort();
    expect([lease.lost, lease.signal.aborted]).toEqual([false, true]);
    lease.end();
  });
});
