import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { pushedTag } from '../../steps/contract/source.ts';
import { root } from '../assembly.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly on: unknown;
  readonly permissions: unknown;
  readonly jobs: Readonly<
    Record<string, { readonly permissions?: unknown; readonly environment?: unknown; readonly steps: readonly Step[] }>
  >;
}

const text = readFileSync(join(root, '.github/workflows/release-tag.yml'), 'utf8');
const workflow = parse(text) as Workflow;
const [job, ...otherJobs] = Object.values(workflow.jobs);
const steps = job!.steps;
const script = steps.flatMap(({ run }) => run ?? []).join('\n');

describe('the workflow that tells of a tag', () => {
  it('runs for tags that begin with v, and for nothing else', () => {
    expect(workflow.on).toEqual({ push: { tags: ['v*'] } });
  });

  it('may sign for itself and read the repository, and no more', () => {
    expect(workflow.permissions).toEqual({ 'id-token': 'write', contents: 'read' });
    expect(otherJobs).toEqual([]);
    expect(job).not.toHaveProperty('permissions');
    expect(text).not.toMatch(/secrets\./);
  });

  it('names no environment: it would take the place of the tag in the subject of the token', () => {
    expect(job).not.toHaveProperty('environment');
  });

  it('runs actions of others by their commit only, and no code of the tag', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.map((action) => action.split('@')[0])).toEqual(['aws-actions/configure-aws-credentials']);
    for (const action of used) expect(action).toMatch(/@[0-9a-f]{40}$/);
  });

  it('puts one event, of the one kind that its role may put', () => {
    expect(script.match(/aws events put-events/g)).toHaveLength(1);
    expect(script.match(/\baws\b [a-z]/g)).toHaveLength(1);
    for (const [name, value] of [
      ['EventBusName', pushedTag.busName],
      ['Source', pushedTag.source],
      ['DetailType', pushedTag.detailType],
    ])
      expect(script).toContain(`${name}: "${value}"`);
  });

  it('writes nothing of the push into a script, where a shell would run it', () => {
    for (const { run = '' } of steps) {
      expect(run).not.toContain('${{');
      execFileSync('bash', ['-n'], { input: run });
    }
  });
});
