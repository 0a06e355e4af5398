import type { Benchling } from '../../../container/src/clients/benchling.ts';
import type { HttpAnswer } from '../../../container/src/clients/http.ts';
import { Notebook } from '../../../container/src/packaging/notebook.ts';
import { FakeClock } from '../fake-clock.ts';

const { signal } = new AbortController();

/** Answers by the end of the path; a function is asked at each call. */
function notebook(answers: Record<string, object | (() => object)>) {
  const clock = new FakeClock();
  const ask: Benchling['ask'] = async (path): Promise<HttpAnswer> => {
    const [, answer] = Object.entries(answers).find(([end]) => path.endsWith(end)) ?? [];
    const body = typeof answer === 'function' ? (answer as () => object)() : answer;
    return body ? { status: 200, text: JSON.stringify(body) } : { status: 404, text: '{}' };
  };
  return { clock, notebook: new Notebook({ ask }, clock) };
}

describe('an export', () => {
  const started = { '/exports': { taskId: 'task_1' } };

  it('is waited for half an hour, ever less often', async () => {
    const given = notebook({ ...started, '/tasks/task_1': { status: 'RUNNING' } });
    await expect(given.notebook.exportEntry('etr_1', signal)).rejects.toThrow('still running after 30 minutes');
    expect(given.clock.now()).toBeGreaterThan(29 * 60_000);
    expect(given.clock.now()).toBeLessThanOrEqual(30 * 60_000);
    expect(given.clock.sleeps.slice(0, 3)).toEqual([1000, 1500, 2250]);
    expect(Math.max(...given.clock.sleeps)).toBe(30_000);
  });

  it('ends with the signal', async () => {
    const stop = new AbortController();
    const given = notebook({
      ...started,
      '/tasks/task_1': () => {
        stop.abort(new Error('The task stops'));
        return { status: 'RUNNING' };
      },
    });
    await expect(given.notebook.exportEntry('etr_1', stop.signal)).rejects.toThrow('The task stops');
    expect(given.clock.sleeps).toHaveLength(1);
  });

  it.each([
    [{ status: 'FAILED', message: 'out of\npaper' }, 'it failed: out of paper'],
    [{ status: 'SUCCEEDED', response: {} }, 'without a download address'],
    [{ status: 'SUCCEEDED', response: { downloadURL: 'nonsense' } }, 'without a download address'],
    [{ status: 'EXAMPLE' }, 'another shape than documented'],
  ])('that says %j fails', async (task, message) => {
    await expect(notebook({ ...started, '/tasks/task_1': task }).notebook.exportEntry('etr_1', signal)).rejects.toThrow(message);
  });
});

describe('an entry', () => {
  it('keeps all that Benchling says of it', async () => {
    const entry = { id: 'etr_1', displayId: 'EXP-1', name: 'Example', fields: { a: { value: 1 } }, days: [] };
    expect(await notebook({ '/entries/etr_1': { entry } }).notebook.entry('etr_1', signal)).toEqual(entry);
  });

  it.each(['', '..', '../EXP-2', 'a/b', '.quilt', "a'b", 'a b'])(
    'with the display id %j is refused: it would become a key',
    async (displayId) => {
      const given = notebook({ '/entries/etr_1': { entry: { id: 'etr_1', displayId } } });
      await expect(given.notebook.entry('etr_1', signal)).rejects.toThrow('another shape than documented');
    },
  );
});
