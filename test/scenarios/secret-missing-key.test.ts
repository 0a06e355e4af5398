import { existsSync, readFileSync } from 'node:fs';
import { type CopyOfTree, copyOfTree } from './copy-of-tree.ts';
import { offTheRecord } from './off-the-record.ts';
import { leaksOf } from './planted-secrets.ts';
import { expectExit, patience, type Rehearsed, rehearse } from './run-release.ts';
import { nameOf } from './what-happened.ts';

describe('a release with a secret that lacks a key', () => {
  let copy: CopyOfTree;
  let run: Rehearsed;

  beforeAll(async () => {
    copy = copyOfTree();
    run = await rehearse(copy.folder, '--fault', 'secret-missing-key');
  }, patience);
  afterAll(() => copy.remove());

  it('ends with 1, for nothing had changed', () => {
    expectExit(run, 1);
    expect(run.json).toMatchObject({ outcome: 'not-released', failedStep: 'ValidateSecret', cause: 'SecretKeyMissing', stages: [] });
  });

  it('names the stage, the key and the secret', () => {
    for (const text of [run.stdout, run.json.sentence]) {
      expect(text).toContain('app_definition_id');
      expect(text).toContain('example/staging/benchling');
    }
  });

  it('ends within 5 seconds of its start', () => {
    expect(run.json.durations['release']).toBeLessThan(5000);
  });

  it('builds nothing and changes no stack', () => {
    const calls = run.calls.map(nameOf);
    expect(calls).toContain('secretsmanager GetSecretValue');
    expect(calls).not.toContain('codebuild StartBuild');
    expect(calls.filter((call) => /^cloudformation (?!Describe|List|Get)/.test(call))).toEqual([]);
  });

  it('leaves a report that ends in a command', () => {
    expect(existsSync(run.json.report ?? '')).toBe(true);
    const report = readFileSync(run.json.report!, 'utf8');
    expect(report).toContain('SecretKeyMissing');
    expect(report).toMatch(/## Next\n\n```\n.+\n```\n$/);
    expect(run.stdout).toContain('report: ');
  });

  it('asks for nothing that is not on the record', () => {
    expect(offTheRecord(run)).toEqual([]);
  });

  it('shows no planted secret anywhere', () => {
    expect(leaksOf(run)).toEqual([]);
  });
});
