import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** Whether this machine has the AWS CLI: a client that is not ours. */
export const hasAwsCli = spawnSync('aws', ['--version']).status === 0;

/** What a person sees of stage staging with the AWS CLI. */
export interface SeenByAwsCli {
  readonly stacks: readonly { StackName: string; StackStatus: string }[];
  readonly services: readonly { status: string; desiredCount: number }[];
  /** Stopped ones. */
  readonly tasks: readonly { lastStatus: string; stoppedReason: string }[];
  /** Of the stage's log group. */
  readonly lines: readonly string[];
  /** manifest.json of the one bundle that was kept. */
  readonly manifest: string;
}

export async function lookWithAwsCli(environment: Record<string, string>): Promise<SeenByAwsCli> {
  const ask: Ask = (...args) => aws(environment, ...args);
  const { StackSummaries } = await ask<{ StackSummaries: SeenByAwsCli['stacks'] }>('cloudformation', 'list-stacks');
  const output = await outputsOf(ask, 'StagingFoundation');
  const cluster = ['--cluster', output('ClusterArn')];
  const { taskArns } = await ask<{ taskArns: string[] }>('ecs', 'list-tasks', ...cluster, '--desired-status', 'STOPPED');
  type Tasks = { tasks: (SeenByAwsCli['tasks'][number] & { group: string })[] };
  const { tasks } = await ask<Tasks>('ecs', 'describe-tasks', ...cluster, '--tasks', ...taskArns);
  const service = tasks[0]?.group.replace('service:', '') ?? '';
  const { services } = await ask<Pick<SeenByAwsCli, 'services'>>('ecs', 'describe-services', ...cluster, '--services', service);
  type Lines = { events: { message: string }[] };
  const { events } = await ask<Lines>('logs', 'filter-log-events', '--log-group-name', output('LogGroupName'));
  return { stacks: StackSummaries, services, tasks, lines: events.map(({ message }) => message), manifest: await manifestOf(ask) };
}

type Ask = <T>(...args: string[]) => Promise<T>;

async function outputsOf(ask: Ask, stack: string): Promise<(name: string) => string> {
  type Described = { Stacks: { Outputs: { OutputKey: string; OutputValue: string }[] }[] };
  const { Stacks } = await ask<Described>('cloudformation', 'describe-stacks', '--stack-name', stack);
  return (name) => Stacks[0]?.Outputs.find(({ OutputKey }) => OutputKey === name)?.OutputValue ?? '';
}

/** Fetched with all that lies around it, as a person would. */
async function manifestOf(ask: Ask): Promise<string> {
  const { Buckets } = await ask<{ Buckets: { Name: string }[] }>('s3api', 'list-buckets');
  const bucket = Buckets.find(({ Name }) => Name.includes('diagnostics'))?.Name ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'example-bundle-'));
  try {
    await ask('s3', 'cp', `s3://${bucket}/diagnostics/`, folder, '--recursive', '--only-show-errors');
    const name = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((file) => file.endsWith('manifest.json'));
    return readFileSync(join(folder, name ?? ''), 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the AWS CLI against a stand-in, and nothing else: no profile, no file of this machine's. @returns its JSON */
export async function aws<T>(environment: Record<string, string>, ...args: string[]): Promise<T> {
  const nowhere = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_EC2_METADATA_DISABLED: 'true' };
  const { stdout } = await exec('aws', [...args, '--output', 'json'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...nowhere, ...environment },
    maxBuffer: 64 * 1024 * 1024,
  });
  return (stdout.trim() ? JSON.parse(stdout) : {}) as T;
}
