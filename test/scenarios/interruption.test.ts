import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CopyOfTree, copyOfTree } from './copy-of-tree.ts';
import { processesOf, traces } from './left-behind.ts';
import { type Ended, expectExit, patience, type Rehearsed, readResult, rehearse, startRehearsal } from './run-release.ts';

/** Files that name the processes which a running rehearsal started. */
function recordedProcesses(folder: string): string[] {
  const rehearsals = join(folder, '.local', 'rehearsals');
  if (!existsSync(rehearsals)) return [];
  return readdirSync(rehearsals)
    .map((id) => join(rehearsals, id, 'pids'))
    .flatMap((pids) => (existsSync(pids) ? readdirSync(pids) : []));
}

describe('a rehearsal that is interrupted', () => {
  let copy: CopyOfTree;
  beforeAll(() => {
    copy = copyOfTree();
  });
  afterAll(() => copy.remove());

  describe('by Ctrl-C, while the containers of a stage start', () => {
    let ended: Ended;
    let during: string[];

    beforeAll(async () => {
      const running = startRehearsal(copy.folder);
      await running.untilSays('WatchDeployment');
      await running.until('a process of a task', () => recordedProcesses(copy.folder).length > 0);
      during = processesOf(copy.folder);
      running.interrupt();
      ended = await running.ended;
    }, patience);

    it('ends with 130, and says so in two lines', () => {
      expectExit(ended, 130);
      expect(ended.stderr).toBe('\nInterrupted: ending what was started …\nInterrupted: everything that was started was ended.\n');
    });

    it('leaves no process, no home and no endpoint behind', () => {
      expect(during.length).toBeGreaterThan(1);
      expect(processesOf(copy.folder)).toEqual([]);
      expect(traces(copy.folder)).toEqual([]);
    });
  });

  describe('by SIGKILL, while a build runs its container', () => {
    let next: Rehearsed;
    let left: string[];

    beforeAll(async () => {
      const running = startRehearsal(copy.folder);
      await running.until('a container of the build', () => recordedProcesses(copy.folder).length > 0);
      running.kill();
      await running.ended;
      left = traces(copy.folder);
      next = await rehearse(copy.folder, '--fault', 'secret-missing-key');
    }, patience);

    it('cannot clean up after itself', () => {
      expect(left).toEqual([expect.stringMatching(/^rehearsals\//), 'endpoint.json']);
    });

    it('is cleaned up after by the next one, which says so and works', () => {
      expect(next.stdout).toContain('Cleaned up after 1 interrupted rehearsal.');
      expect(next).toMatchObject({ code: 1, json: { cause: 'SecretKeyMissing' } });
    });

    it('has left nothing then', () => {
      expect(processesOf(copy.folder)).toEqual([]);
      expect(traces(copy.folder)).toEqual([]);
    });
  });
});

describe('two rehearsals at once, of the same tag in the same checkout', () => {
  let copy: CopyOfTree;
  let runs: Rehearsed[];

  beforeAll(async () => {
    copy = copyOfTree();
    const one = async (name: string) => {
      const file = join(copy.folder, '.local', `${name}.json`);
      return readResult(file, await startRehearsal(copy.folder, '--fault', 'secret-missing-key', '--json', file).ended);
    };
    runs = await Promise.all([one('first'), one('second')]);
  }, patience);
  afterAll(() => copy.remove());

  it('both end as if they were alone', () => {
    expect(runs.map(({ code, json }) => ({ code, cause: json.cause }))).toEqual([
      { code: 1, cause: 'SecretKeyMissing' },
      { code: 1, cause: 'SecretKeyMissing' },
    ]);
    for (const { stdout, stderr } of runs) {
      expect(stdout).not.toContain('Cleaned up');
      expect(stderr).toBe('');
    }
  });

  it('each keep a report and a log of calls of their own', () => {
    expect(new Set(runs.map(({ json }) => json.calls)).size).toBe(2);
    const reports = runs.map(({ json }) => readFileSync(json.report ?? '', 'utf8'));
    expect(reports[0]).not.toBe(reports[1]);
    // One execution each: a log that both had written would hold two.
    for (const { calls } of runs) expect(calls.filter(({ operation }) => operation === 'StartExecution')).toHaveLength(1);
  });

  it('leave nothing behind', () => {
    expect(processesOf(copy.folder)).toEqual([]);
    expect(traces(copy.folder)).toEqual([]);
  });
});
