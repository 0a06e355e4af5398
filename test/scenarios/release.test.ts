import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CopyOfTree, copyOfTree } from './copy-of-tree.ts';
import { processesOf, traces } from './left-behind.ts';
import { offTheRecord } from './off-the-record.ts';
import { leaksOf } from './planted-secrets.ts';
import { expectExit, patience, type Rehearsed, readResult, startRehearsal } from './run-release.ts';
import { entered, roleOf } from './what-happened.ts';

describe('a release of the committed tree', () => {
  let copy: CopyOfTree;
  let run: Rehearsed;
  let during: string[];

  beforeAll(async () => {
    copy = copyOfTree();
    // Code that would not even build: what is released can only be the commit.
    appendFileSync(join(copy.folder, 'container', 'src', 'app.ts'), 'this is no program');
    const file = join(copy.folder, 'result.json');
    const running = startRehearsal(copy.folder, '--tag', 'v1.4.0', '--json', file);
    await running.untilSays('WatchDeployment');
    during = processesOf(copy.folder);
    run = readResult(file, await running.ended);
  }, patience);
  afterAll(() => copy.remove());

  it('ends with 0', () => {
    expect(run.stdout).toContain('✓ v1.4.0 is released to staging and prod.');
    expectExit(run, 0);
    expect(run.stderr).toBe('');
  });

  it('was started by the push of a tag, not by the terminal', () => {
    const starts = run.calls.filter(({ service, operation }) => service === 'states' && operation === 'StartExecution');
    expect(starts.map(roleOf)).toEqual(['StartRelease']);
    expect(starts[0]).toMatchObject({ outcome: 'ok' });
  });

  it('walks the states of the machine in their order, stage by stage', () => {
    const deploy = ['LockStage', 'Deploy', 'WatchDeployment', 'SmokeTest', 'WatchAlarms', 'UnlockStage'];
    const at = (stage: string, ...states: string[]) => states.map((state) => `${stage} ${state}`);
    expect(entered(run)).toEqual([
      ...['AcceptTag', 'ValidateSecret', 'BuildImage', 'VerifyImage'],
      ...at('staging', 'InspectStage', 'PlanChange', ...deploy),
      ...at('prod', 'InspectStage', 'PlanChange', 'RequestApproval', ...deploy),
      'CloseRelease',
    ]);
    const times = run.json.timeline.map(({ at: time }) => time);
    expect(times).toEqual(times.toSorted());
  });

  it('proves both stages, which serve the version of the tag', () => {
    const proven = { outcome: 'released', rolledBack: false, proven: true };
    expect(run.json.stages).toEqual([
      { name: 'staging', ...proven },
      { name: 'prod', ...proven },
    ]);
    expect(run.json.serving).toEqual({ staging: '1.4.0', prod: '1.4.0' });
    for (const stage of ['staging', 'prod'])
      expect(run.stdout).toMatch(new RegExp(`${stage}: https://webhook\\.\\S+/health says version 1\\.4\\.0\n`));
  });

  it('lets a person decide about production, and wakes the machine after the decision', () => {
    const decided = run.calls.filter((call) => roleOf(call) === 'DecideApproval').map(({ operation }) => operation);
    expect(decided.indexOf('UpdateItem')).toBeGreaterThan(-1);
    expect(decided.indexOf('SendTaskSuccess')).toBeGreaterThan(decided.indexOf('UpdateItem'));
    // Whoever decides needs no right of their own to do either.
    const people = run.calls.filter(({ principal }) => !principal.includes(':role/ReleaseMachine-')).map(({ operation }) => operation);
    expect(people).not.toContain('UpdateItem');
    expect(people).not.toContain('SendTaskSuccess');
  });

  it('writes every field of its interface', () => {
    expect(run.json).toMatchObject({
      tag: 'v1.4.0',
      outcome: 'released',
      failedStep: null,
      cause: null,
      diagnostics: null,
      report: null,
      durations: { release: expect.any(Number), total: expect.any(Number) },
      cost: { transitions: expect.any(Number), usd: expect.any(Number) },
      containers: 'process',
      timeScale: 0.05,
    });
    expect(run.json.cost.transitions).toBeGreaterThan(entered(run).length);
  });

  it('stays below one gigabyte, and says how much it took', () => {
    const { peakMebibytes } = run.json;
    expect(run.stdout).toContain(`peak memory of all processes (PSS) ${peakMebibytes === null ? 'not known' : `${peakMebibytes} MiB`}`);
    expect(peakMebibytes ?? 0).toBeLessThan(1024);
  });

  it('refuses nobody who is in the policies', () => {
    expect(run.calls.filter(({ outcome }) => outcome.startsWith('AccessDenied'))).toEqual([]);
  });

  it('says that the changed file of a dirty tree is not released', () => {
    expect(run.stdout).toContain('The working tree has 1 changed file: the commit is released');
    expect(run.stdout).toContain(`at commit ${copy.commit.slice(0, 7)}`);
  });

  it('creates no tag in the repository of the user', () => {
    expect(copy.git('tag', '--list')).toBe('');
  });

  it('leaves no process, no home and no endpoint behind', () => {
    expect(during.length).toBeGreaterThan(1);
    expect(processesOf(copy.folder)).toEqual([]);
    expect(traces(copy.folder)).toEqual([]);
  });

  it('asks for nothing that is not on the record', () => {
    expect(offTheRecord(run)).toEqual([]);
  });

  it('shows no planted secret anywhere', () => {
    expect(leaksOf(run)).toEqual([]);
  });
});
