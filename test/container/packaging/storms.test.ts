import { S3ServiceException } from '@aws-sdk/client-s3';
import { RequestThrottled } from '@aws-sdk/client-sqs';
import { ExamplePackaging, entryId } from './example-packaging.ts';

let packaging: ExamplePackaging;
beforeAll(async () => {
  packaging = await ExamplePackaging.start({ timeScale: 0.002 });
}, 60_000);
afterAll(() => packaging.stop());

const task = { kind: 'package-entry', entryId } as const;
const requestsOf = (path: RegExp) => packaging.world.benchling.requests.filter((request) => path.test(request.path));

describe('a storm at Benchling', () => {
  beforeEach(() => {
    packaging.world.benchling.requests.length = 0;
    packaging.world.benchling.storms.length = 0;
  });

  it('of every kind, on every call, is waited out', async () => {
    const paths = [/\/token$/, /\/entries\//, /\/exports$/, /\/tasks\//];
    const statuses = [429, 502, 503, 504];
    const storms = paths.flatMap((path) => statuses.map((status) => ({ path, status, times: 1 })));
    packaging.world.benchling.storms.push(...storms);
    // A token that is asked for anew meets its storm too.
    packaging.tenant.tokens.clear();
    const { error } = await packaging.process(task);
    expect(error).toBeUndefined();
    expect(storms.filter(({ times }) => times > 0)).toEqual([]);
    // One export was asked for in the end, and was paid for by four that were turned away.
    expect(requestsOf(/\/exports$/).map(({ status }) => status)).toEqual([429, 502, 503, 504, 202]);
  });

  it('is not answered before the time that Benchling names', async () => {
    packaging.world.benchling.storms.push({ path: /\/entries\//, status: 429, retryAfter: '90', times: 1 });
    expect((await packaging.process(task)).error).toBeUndefined();
    const [first, second] = requestsOf(/\/entries\//).map(({ at }) => Date.parse(at));
    // 90 s of the process's own clock.
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(90_000 * 0.002 - 1);
  });

  it('that does not end is given up loudly, after a bounded number of tries, and nothing is written', async () => {
    packaging.world.benchling.storms.push({ path: /\/exports$/, status: 503, times: Number.POSITIVE_INFINITY });
    const sent = packaging.sent().length;
    const { error } = await packaging.process(task);
    expect(error).toEqual({ name: 'BenchlingError', message: 'Benchling answered 503 to POST /api/v2/exports' });
    expect(requestsOf(/\/exports$/)).toHaveLength(8);
    await packaging.logged('benchling.given-up');
    expect(packaging.sent()).toHaveLength(sent);
  });

  it('does not repeat what is refused for good', async () => {
    packaging.world.benchling.storms.push({ path: /\/exports$/, status: 403, times: 1 });
    expect((await packaging.process(task)).error?.message).toContain('answered 403');
    expect(requestsOf(/\/exports$/)).toHaveLength(1);
  });
});

describe('a storm at AWS', () => {
  const throttled = (operation: string, times: number) => {
    let left = times;
    packaging.standIn.hooks.call = (call) => {
      if (call.operation !== operation || left <= 0) return;
      left -= 1;
      if (call.service === 's3')
        throw new S3ServiceException({ name: 'SlowDown', $fault: 'server', message: 'Please reduce your request rate.', $metadata: {} });
      throw new RequestThrottled({ message: 'Rate exceeded', $metadata: {} });
    };
    return () => left;
  };
  afterEach(() => {
    delete packaging.standIn.hooks.call;
  });

  it.each(['PutObject', 'SendMessage'])('on %s is waited out', async (operation) => {
    const left = throttled(operation, 2);
    expect((await packaging.process(task)).error).toBeUndefined();
    expect(left()).toBe(0);
  });

  it('that is not waited out sends nothing to the packager, and the next try makes the package whole', async () => {
    const sent = packaging.sent().length;
    packaging.standIn.hooks.call = ({ operation }, input) => {
      if (operation !== 'PutObject' || !String((input as { Key?: string }).Key).endsWith('README.md')) return;
      throw new S3ServiceException({ name: 'AccessDenied', $fault: 'client', message: 'Access Denied', $metadata: {} });
    };
    expect((await packaging.process(task)).error?.name).toBe('AccessDenied');
    expect(packaging.sent()).toHaveLength(sent);
    delete packaging.standIn.hooks.call;
    expect((await packaging.process(task)).error).toBeUndefined();
    expect(packaging.sent()).toHaveLength(sent + 1);
  });
});
