import type { Http, HttpAnswer } from '../../../container/src/clients/http.ts';
import { retryAfterMs, withPatience } from '../../../container/src/clients/patience.ts';
import { FakeClock } from '../fake-clock.ts';

const url = 'https://example.benchling.com/api/v2/entries';
const ok: HttpAnswer = { status: 200, text: '{}' };

/** Answers in order, the last one for ever. An error is thrown. */
function patient(answers: (HttpAnswer | Error)[], options: Partial<Parameters<typeof withPatience>[1]> = {}) {
  const clock = new FakeClock();
  const calls: number[] = [];
  const http: Http = async () => {
    calls.push(clock.now());
    const answer = answers[Math.min(calls.length, answers.length) - 1]!;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { clock, calls, http: withPatience(http, { clock, random: () => 0.5, ...options }) };
}

describe('a call with patience', () => {
  it.each([200, 201, 400, 401, 403, 404, 500])('takes %i for an answer', async (status) => {
    const { http, calls } = patient([{ status, text: '' }]);
    expect((await http(url)).status).toBe(status);
    expect(calls).toHaveLength(1);
  });

  it.each([429, 502, 503, 504])('makes another try after %i', async (status) => {
    const { http, calls } = patient([{ status, text: '' }, ok]);
    expect((await http(url)).status).toBe(200);
    expect(calls).toHaveLength(2);
  });

  it('makes another try after a broken connection, and passes the last error on', async () => {
    const { http, calls } = patient([new Error('socket hang up')]);
    await expect(http(url)).rejects.toThrow('socket hang up');
    expect(calls).toHaveLength(8);
  });

  it('waits longer each time, to half a minute, and by lot', async () => {
    const { http, clock } = patient([{ status: 503, text: '' }]);
    await http(url);
    expect(clock.sleeps).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
    const unlucky = patient([{ status: 503, text: '' }, ok], { random: () => 0 });
    await unlucky.http(url);
    expect(unlucky.clock.sleeps).toEqual([0]);
  });

  it('waits as long as it is told, and gives up at once when that is longer than it has', async () => {
    const told = patient([{ status: 429, text: '', retryAfter: '60' }, ok]);
    await told.http(url);
    expect(told.calls[1]).toBe(60_000);
    const tooLong = patient([{ status: 429, text: '', retryAfter: '3600' }, ok]);
    expect((await tooLong.http(url)).status).toBe(429);
    expect(tooLong.calls).toHaveLength(1);
  });

  it('never takes longer than it has in all', async () => {
    const { http, calls } = patient([{ status: 503, text: '', retryAfter: '100' }]);
    await http(url);
    expect(calls).toEqual([0, 100_000, 200_000, 300_000]);
  });

  it('says what it does, without the path', async () => {
    const told: object[] = [];
    const { http } = patient([{ status: 503, text: '' }], { attempts: 2, onRetry: (retry) => void told.push(retry) });
    await http(url);
    expect(told).toEqual([
      { host: 'example.benchling.com', status: 503, attempt: 1, waitMs: 500 },
      { host: 'example.benchling.com', status: 503, attempt: 2, waitMs: undefined },
    ]);
  });

  it('ends with the signal', async () => {
    const stop = new AbortController();
    stop.abort(new Error('The task stops'));
    const { http, calls } = patient([ok]);
    await expect(patient([{ status: 503, text: '' }]).http(url, { signal: stop.signal })).rejects.toThrow('The task stops');
    expect((await http(url)).status).toBe(200);
    expect(calls).toHaveLength(1);
  });
});

describe('the rate', () => {
  it('lets a burst pass, then ten a second', async () => {
    const { http, calls } = patient([ok]);
    for (let call = 0; call < 40; call++) await http(url);
    expect(calls.filter((at) => at === 0)).toHaveLength(20);
    expect(calls.at(-1)).toBeCloseTo(2000);
  });

  it('stops for everybody when one is told to wait', async () => {
    const { http, calls } = patient([{ status: 429, text: '', retryAfter: '30' }, ok]);
    await Promise.all([http(url), http(url)]);
    expect(calls.slice(1).every((at) => at >= 30_000 || at === 0)).toBe(true);
    await http(url);
    expect(calls.at(-1)).toBeGreaterThanOrEqual(30_000);
  });
});

it.each([
  [undefined, 0],
  ['7', 7000],
  ['Sat, 01 Jan 2028 00:00:30 GMT', 30_000],
  ['Sat, 01 Jan 2028 00:00:00 GMT', 0],
  ['soon', 0],
])('reads Retry-After %j as %i ms', (header, milliseconds) => {
  expect(retryAfterMs(header, Date.parse('2028-01-01T00:00:00Z'))).toBe(milliseconds);
});
