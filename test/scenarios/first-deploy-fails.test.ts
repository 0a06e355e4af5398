import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasAwsCli, lookWithAwsCli, type SeenByAwsCli } from './aws-cli.ts';
import { altered, readKept, readLogs, readManifest, readStoppedTasks } from './bundle-of.ts';
import { type CopyOfTree, copyOfTree } from './copy-of-tree.ts';
import { environmentOf, recordsOf, secretText } from './join.ts';
import { processesOf, traces } from './left-behind.ts';
import { offTheRecord } from './off-the-record.ts';
import { leaks, leaksOf } from './planted-secrets.ts';
import { expectExit, patience, type Rehearsed, readResult, release, startRehearsal } from './run-release.ts';
import { nameOf, sealing, undoing } from './what-happened.ts';

// Said aloud: a client that is not ours is what shows that the stand-in speaks AWS.
if (!hasAwsCli) process.stderr.write('There is no aws command on this machine: what it would see of a kept rehearsal is not tested.\n');

describe('a first deploy that fails, kept alive afterwards', () => {
  let copy: CopyOfTree;
  let run: Rehearsed;
  /** What was asked while it was kept alive. */
  let records: Map<string, string>;
  let secret: string;
  let seen: SeenByAwsCli | undefined;
  let said: Awaited<ReturnType<typeof askRelease>>;

  beforeAll(async () => {
    copy = copyOfTree();
    const { folder } = copy;
    const file = join(folder, 'result.json');
    const running = startRehearsal(folder, '--tag', 'v1.4.0', '--fault', 'first-deploy-fails', '--keep', '--json', file);
    await running.untilSays('Still running, until Ctrl-C.');
    const environment = environmentOf(folder);
    [records, secret, seen, said] = await Promise.all([
      recordsOf(environment),
      secretText(environment, 'example/staging/benchling'),
      hasAwsCli ? lookWithAwsCli(environment) : undefined,
      askRelease(folder),
    ]);
    running.interrupt();
    run = readResult(file, await running.ended);
  }, patience);
  afterAll(() => copy.remove());

  it('ends with 1: the stage is as it was before, and that is seen', () => {
    expectExit(run, 1);
    expect(run.json).toMatchObject({ outcome: 'not-released', failedStep: 'WatchDeployment', cause: 'ContainerCrashed' });
    expect(run.json.stages).toEqual([{ name: 'staging', outcome: 'failed', rolledBack: true, proven: true }]);
    expect(run.json.serving).toEqual({ staging: null, prod: null });
  });

  it('keeps the reason and the exit code of each stopped task', () => {
    const crashed = readStoppedTasks(run).filter(({ containers }) => containers[0]?.exitCode === 1);
    expect(crashed.length).toBeGreaterThanOrEqual(2);
    for (const { stoppedReason, stopCode } of crashed)
      expect({ stoppedReason, stopCode }).toEqual({
        stoppedReason: 'Essential container in task exited',
        stopCode: 'EssentialContainerExited',
      });
  });

  it("keeps the container's last lines, which say why", () => {
    expect(readLogs(run)).toContain("TypeError: Cannot read properties of undefined (reading 'port')");
    expect(run.stdout).toContain("TypeError: Cannot read properties of undefined (reading 'port')");
  });

  it('keeps the task definition, the events of the stack, and what the targets said', () => {
    expect(readKept(run, 'stack-events.json')).toContain('CREATE_IN_PROGRESS');
    expect(readKept(run, 'target-health.json')).toBeTruthy();
    expect(new Set(readManifest(run).objects.map(({ source }) => source))).toEqual(
      new Set([
        'access-denial',
        'failure',
        'image',
        'network',
        'recorder',
        'running-task',
        'secret',
        'service',
        'stack',
        'stack-events',
        'stopped-task',
        'target-health',
        'task-definition',
        'task-log',
      ]),
    );
  });

  it('misses nothing, and every kept object is what was sealed', () => {
    expect(readManifest(run)).toMatchObject({ complete: true, missing: [], redaction: 'values-and-patterns' });
    expect(altered(run)).toEqual([]);
  });

  it('seals the diagnostics before the stack is deleted', () => {
    expect(undoing(run).map(nameOf)).toEqual(['cloudformation DeleteStack']);
    expect(sealing(run)).toBeGreaterThan(-1);
    expect(run.calls.indexOf(undoing(run)[0]!)).toBeGreaterThan(sealing(run));
  });

  it('shows in the timeline of the report that it was sealed before anything was rolled back', () => {
    const { timeline } = JSON.parse(readFileSync(run.json.report!.replace(/md$/, 'json'), 'utf8')) as Report;
    expect(timeline.map(({ what }) => what)).toEqual(['broke', 'seen', 'sealed', 'decided', 'rolled back', 'proven']);
    const times = timeline.map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
    expect(timeline[2]?.at).toBe(run.json.diagnostics?.sealedAt);
    expect(readFileSync(run.json.report!, 'utf8')).toMatch(/\| sealed \| \S+Z \|.*\n\| decided \| \S+Z \| delete-stack/);
  });

  it('asks for nothing that is not on the record', () => {
    expect(offTheRecord(run)).toEqual([]);
  });

  it('shows no planted secret: not in what is left, not in the history, not in any log', () => {
    // Controls: the values do have the shapes that are searched for, and there is something to search.
    expect(leaks('secret', secret)).toHaveLength(2);
    expect([...records.keys()].filter((name) => name.startsWith('history'))).toHaveLength(1);
    expect([...records.values()].join().length).toBeGreaterThan(10_000);
    expect([...records].flatMap(([source, text]) => leaks(source, text))).toEqual([]);
    expect(leaksOf(run)).toEqual([]);
  });

  it('can be asked by the other commands while it is kept', () => {
    expect(said.status).toMatchObject({ code: 0, stderr: '' });
    expect(said.status.stdout).toMatch(/^v1\.4\.0-\w{7}-1: not-released \(ContainerCrashed\)/);
    expect(said.report).toMatchObject({ code: 0, stdout: expect.stringContaining('# v1.4.0 was not released at staging') });
    expect(said.approve).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^v1\.4\.0 waits for no approval\. Next: .+\n$/),
    });
  });

  it('finds the stage in order again, with the secret checked and no value of it told', () => {
    expect(said.doctor.stdout).toMatch(/^11 ok, 0 problems, 0 unknown$/m);
    expect(said.doctor).toMatchObject({ code: 0, stderr: '' });
    expect(leaks('doctor', said.doctor.stdout)).toEqual([]);
  });

  it('says what to do about it with its own names, and tries nothing again by itself', () => {
    expect(said.incident).toMatchObject({ code: 0, stdout: expect.stringMatching(/STAGE=staging.*FOUNDATION=StagingFoundation/s) });
    expect(said.retry).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/not-released \(ContainerCrashed\).*Nothing was started\./s),
    });
    expect(said.rollback).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^staging has no stack StagingService: nothing runs there\. Next: .+\n$/),
    });
  });

  if (hasAwsCli) {
    it('shows the AWS CLI that the service stack is gone and the foundation stands', () => {
      const status = (name: string) => seen?.stacks.filter(({ StackName }) => StackName === name).map(({ StackStatus }) => StackStatus);
      expect(status('StagingService')).toEqual(['DELETE_COMPLETE']);
      expect(status('StagingFoundation')).toEqual(['CREATE_COMPLETE']);
    });

    it('shows the AWS CLI the service, its tasks and their logs', () => {
      expect(seen?.services).toEqual([expect.objectContaining({ status: 'INACTIVE', desiredCount: 0 })]);
      expect(seen?.tasks.length).toBeGreaterThanOrEqual(2);
      for (const task of seen?.tasks ?? []) expect(task).toMatchObject({ lastStatus: 'STOPPED', stoppedReason: expect.any(String) });
      expect(seen?.lines.join('\n')).toContain('TypeError');
    });

    it('lets the AWS CLI get the bundle', () => {
      expect(seen?.manifest).toBe(readKept(run, 'manifest.json'));
    });
  } else {
    it('is not looked at with the AWS CLI, because there is none on this machine', () => {
      expect(seen).toBeUndefined();
    });
  }

  it('leaves nothing behind at Ctrl-C', () => {
    expect(processesOf(copy.folder)).toEqual([]);
    expect(traces(copy.folder)).toEqual([]);
  });
});

interface Report {
  timeline: { what: string; at: string }[];
}

async function askRelease(folder: string) {
  const [status, report, approve, doctor, incident, retry, rollback] = await Promise.all([
    release(folder, 'status', 'v1.4.0'),
    release(folder, 'report', 'v1.4.0'),
    release(folder, 'approve', 'v1.4.0'),
    release(folder, 'doctor', 'staging'),
    release(folder, 'incident', 'v1.4.0'),
    release(folder, 'retry', 'v1.4.0'),
    release(folder, 'rollback', 'staging'),
  ]);
  return { status, report, approve, doctor, incident, retry, rollback };
}
