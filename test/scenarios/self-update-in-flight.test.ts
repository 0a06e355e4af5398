import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { LoggedCall } from '../../rehearsal/call-log.ts';
import { type CopyOfTree, copyOfTree } from './copy-of-tree.ts';
import { patience } from './run-release.ts';
import type { InFlight } from './update-in-flight.ts';

/** What main becomes while a release waits: file, what stands there, what takes its place. */
const changes = [
  // Other code of a step, which does without one of its rights …
  ['steps/close-release.ts', /^ {2}await announcer\.announce\(.*$/m, ''],
  // … so that the right is taken away in the same update.
  [
    'pipeline/step-grants.ts',
    "CloseRelease: [useTable('GetItem', 'UpdateItem'), notify, announce]",
    "CloseRelease: [useTable('GetItem', 'UpdateItem'), notify]",
  ],
  // Another definition.
  ['pipeline/forward-states.ts', "outcome: 'released' } });", "outcome: 'released', by: 'the updated machine' } });"],
  // Another role to deploy with.
  ['app-stack/deploy-role.ts', "'ecs:ListServiceDeployments',", "'ecs:ListServiceDeployments', 'ecs:UntagResource',"],
  // A function by another name: the old one, its role and its versions are in no template any more.
  ['pipeline/step-function.ts', 'super(scope, props.step);', "super(scope, props.step.replace('WatchAlarms', 'AwaitAlarms'));"],
  [
    'pipeline/step-function.ts',
    'logGroupName: `/release/steps/',
    'logGroupName: `/release/${props.step === "WatchAlarms" ? "renamed-steps" : "steps"}/',
  ],
] as const;

describe('a release that waits for its approval while the pipeline is updated', () => {
  let copy: CopyOfTree;
  let updated: CopyOfTree;
  let run: InFlight;
  let calls: LoggedCall[];

  beforeAll(async () => {
    copy = copyOfTree();
    updated = copyOfTree();
    for (const [file, what, by] of changes) change(join(updated.folder, file), what, by);
    const file = join(copy.folder, 'in-flight.json');
    const child = spawn(process.execPath, ['--import', 'tsx', 'test/scenarios/update-in-flight.ts', updated.folder, file], {
      cwd: copy.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    });
    const [said, complained, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    if (code !== 0) throw new Error(`ended with ${code}:\n${said}${complained}`);
    run = JSON.parse(readFileSync(file, 'utf8')) as InFlight;
    const lines = readFileSync(run.calls, 'utf8').trim().split('\n');
    calls = lines.map((line) => JSON.parse(line) as LoggedCall);
  }, patience);
  afterAll(() => {
    copy.remove();
    updated.remove();
  });

  /** `CloseRelease 1`: construct and version of a function that was invoked. */
  const functions = (arns: readonly string[]) =>
    new Set(arns.map((arn) => arn.replace(/^.*:ReleaseMachine-(\w+?)Function\w+-\w+:(\d+)$/, '$1 $2')));

  it('is released, as if nothing had happened', () => {
    expect(run.waiting.result).toMatchObject({ outcome: 'released', cause: null });
    expect(run.waiting.afterApproval).toBeGreaterThan(5);
  });

  it('ends on the definition and on the code that it began with', () => {
    expect(run.waiting.output).toEqual({ tag: 'v1.4.0', outcome: 'released' });
    const versions = [...functions(run.waiting.invoked)].map((name) => name.split(' ')[1]);
    expect(new Set(versions)).toEqual(new Set(['1']));
  });

  it('calls a function that is in no template any more', () => {
    expect(functions(run.waiting.invoked.slice(-run.waiting.afterApproval))).toContain('WatchAlarms 1');
  });

  it('keeps a right that the update takes from the step', () => {
    const announced = calls.filter(({ operation, principal }) => operation === 'PutEvents' && principal.includes('CloseRelease'));
    expect(announced.map(({ outcome }) => outcome)).toEqual(['ok']);
  });

  it('is deployed with the role that its change set was made with, the next one with another', () => {
    const asked = JSON.parse(readFileSync(join(run.calls, '..', 'permissions.json'), 'utf8')) as { role: string; action: string }[];
    const rolesThat = (action: string) =>
      new Set(asked.filter((each) => each.action === action && /:role\/ProdFoundation-DeployRole/.test(each.role)).map(({ role }) => role));
    const [first, next] = [[...rolesThat('ecs:CreateService')], [...rolesThat('ecs:UpdateService')]];
    expect([first.length, next.length]).toEqual([1, 1]);
    expect(next).not.toEqual(first);
  });

  it('is followed by a release on the changed code, the changed definition and the function of another name', () => {
    expect(run.next.result).toMatchObject({ outcome: 'released', cause: null });
    expect(run.next.output).toEqual({ tag: 'v1.4.1', outcome: 'released', by: 'the updated machine' });
    const invoked = functions(run.next.invoked);
    expect(invoked).toContain('CloseRelease 2');
    expect(invoked).toContain('AwaitAlarms 1');
    expect(invoked).not.toContain('WatchAlarms 1');
  });

  it('refuses nobody on either side of the update', () => {
    expect(calls.filter(({ outcome }) => outcome.startsWith('AccessDenied'))).toEqual([]);
  });
});

/** Throws when what is to change is not there: nothing would be tested. */
function change(file: string, what: string | RegExp, by: string): void {
  const before = readFileSync(file, 'utf8');
  const after = before.replace(what, by);
  if (after === before) throw new Error(`${file} holds no ${what}`);
  writeFileSync(file, after);
}
