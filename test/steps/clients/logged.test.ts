import { jest } from '@jest/globals';

const lines: Record<string, unknown>[] = [];
let logged: typeof import('../../../steps/clients/logged.ts').logged;
beforeAll(async () => {
  const take = (text: unknown) => lines.push(JSON.parse(String(text)));
  for (const level of ['info', 'error'] as const) jest.spyOn(console, level).mockImplementation(take);
  // Without this the logger takes a console of its own.
  process.env['POWERTOOLS_DEV'] = 'true';
  ({ logged } = await import('../../../steps/clients/logged.ts'));
});
afterAll(() => {
  delete process.env['POWERTOOLS_DEV'];
  jest.restoreAllMocks();
});
beforeEach(() => {
  lines.length = 0;
});

describe('a function that is logged', () => {
  it('writes when it starts and when it is done, by the request, and nothing of what went through it', async () => {
    const step = logged('Deploy', async (event: { token: string }) => ({ ...event, done: true }));
    expect(await step({ token: 'example-token' }, { awsRequestId: 'request-1' })).toEqual({ token: 'example-token', done: true });
    expect(lines).toMatchObject([
      { level: 'INFO', service: 'Deploy', message: 'Deploy starts', requestId: 'request-1' },
      { level: 'INFO', service: 'Deploy', message: 'Deploy is done', requestId: 'request-1', milliseconds: expect.any(Number) },
    ]);
    expect(JSON.stringify(lines)).not.toContain('example-token');
  });

  it.each<[string, unknown, object]>([
    ['an error', new TypeError('example'), { errorName: 'TypeError', errorMessage: 'example' }],
    ['what is no error', 'example', { errorName: 'Error', errorMessage: 'example' }],
  ])('throws on what its step throws, and names it: %s', async (_, thrown, named) => {
    const step = logged('Deploy', () => Promise.reject(thrown));
    await expect(step({})).rejects.toBe(thrown);
    expect(lines.at(-1)).toMatchObject({ level: 'ERROR', message: 'Deploy fails', ...named });
  });
});
