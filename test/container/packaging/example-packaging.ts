import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { options } from '../../../build/bundle.ts';
import type { QueuedEvent, QueuedTask } from '../../../container/src/work/queued-event.ts';
import { Athena } from '../../../rehearsal/aws/athena/athena.ts';
import { S3 } from '../../../rehearsal/aws/s3/s3.ts';
import { Sqs } from '../../../rehearsal/aws/sqs/sqs.ts';
import { exampleEntry } from '../../../rehearsal/world/example-entry.ts';
import { OutsideWorld } from '../../../rehearsal/world/outside-world.ts';
import { at, startStandIn } from '../../rehearsal/stand-in.ts';
import { exampleSecret, exampleStackArn } from '../builders.ts';
import type { Asked, Told } from './worker.ts';

export const bucket = 'example-bucket';
export const entryId = 'etr_example';
export const canvasId = 'cnvs_example';
export const taskRole = 'example-task';
export const folder = 'benchling/EXP-EXAMPLE-1';

/** Packaging in a process of its own, between a Benchling over real HTTPS and the stand-in's S3, SQS and Athena. */
export class ExamplePackaging {
  readonly world: OutsideWorld;
  readonly standIn: Awaited<ReturnType<typeof services>>;
  /** All that the process wrote, logs and errors. */
  output = '';
  readonly #child: ChildProcess;
  readonly #home: string;
  #events = 0;

  private constructor(world: OutsideWorld, standIn: ExamplePackaging['standIn'], child: ChildProcess, home: string) {
    this.world = world;
    this.standIn = standIn;
    this.#child = child;
    this.#home = home;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
  }

  /**
   * @param timeScale of the process's clock: waits are so much shorter
   * @param statements of the role that the process has. @default - it calls as the operator, who may do everything
   */
  static async start({ timeScale = 0.01, statements }: { timeScale?: number; statements?: object[] } = {}): Promise<ExamplePackaging> {
    const home = mkdtempSync(join(tmpdir(), 'example-packaging-'));
    const [world, standIn] = await Promise.all([OutsideWorld.start(home), services(), bundle(home)]);
    const secret = exampleSecret();
    world.benchling.add({
      name: String(secret['tenant']),
      clientId: String(secret['client_id']),
      clientSecret: String(secret['client_secret']),
      appDefinitionId: String(secret['app_definition_id']),
      entries: [exampleEntry('example-tenant', entryId)],
      canvases: [{ id: canvasId, resourceId: entryId }],
    });
    standIn.parts.s3.createBucket(bucket);
    const { url } = standIn.parts.sqs.createQueue('example-packager');
    const credentials = statements ? await taskCredentials(standIn, statements) : standIn.iam.operatorCredentials();
    const outputs = { UserAthenaDatabaseName: 'example', PackagerQueueUrl: url, QuiltWebHost: 'catalog.example.com' };
    const env = {
      PATH: process.env['PATH'],
      ...world.environment(),
      AWS_ENDPOINT_URL: standIn.world.endpoint(),
      ...credentials,
      SECRET: JSON.stringify(secret),
      OUTPUTS: JSON.stringify(outputs),
      STACK: exampleStackArn.replace('eu-west-1', 'us-east-1'),
      TIME_SCALE: String(timeScale),
    };
    const child = fork(join(home, 'worker.mjs'), { env, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    return new ExamplePackaging(world, standIn, child, home);
  }

  /** Has one event worked on. @param changes the same webhookId is the same event again */
  async process(task: QueuedTask, { attempt = 1, webhookId = `msg_${++this.#events}` } = {}): Promise<Told> {
    const event: QueuedEvent = { format: 1, webhookId, type: 'v2.entry.created', task, acceptedAt: '2026-01-03T00:00:00Z' };
    const told = once(this.#child, 'message');
    this.send({ event, attempt });
    return (await told)[0] as Told;
  }

  send(asked: Asked): void {
    this.#child.send(asked);
  }

  /** Resolves when the process has logged that event; the test's own timeout is the deadline. */
  async logged(event: string): Promise<void> {
    while (!this.output.includes(`"event":"${event}"`)) await new Promise((resolve) => this.#child.stdout?.once('data', resolve));
  }

  get tenant() {
    return this.world.benchling.tenant('example-tenant');
  }

  /** What lies in the bucket below the package's folder, as text. */
  async files(): Promise<Record<string, string>> {
    const { s3 } = this.standIn.parts;
    const keys = s3.keys(bucket, `${folder}/`);
    const contents = await Promise.all(keys.map(async (key) => [key.slice(folder.length + 1), (await s3.get(bucket, key)).toString()]));
    return Object.fromEntries(contents);
  }

  /** Bodies of what was sent to the packager. */
  sent(): unknown[] {
    return this.standIn.parts.sqs.messages('example-packager').map(({ body }) => JSON.parse(body) as unknown);
  }

  /** What the canvas shows, by the blocks' ids. */
  canvas(): Record<string, { value?: string; enabled?: boolean }> {
    const blocks = (this.tenant.canvases.get(canvasId)?.blocks ?? []) as { id: string; value?: string; enabled?: boolean }[];
    return Object.fromEntries(blocks.map((block) => [block.id, block]));
  }

  async stop(): Promise<void> {
    const exited = this.#child.exitCode === null ? once(this.#child, 'exit') : undefined;
    this.#child.kill('SIGKILL');
    await exited;
    await Promise.all([this.world.stop(), this.standIn.stop()]);
    rmSync(this.#home, { recursive: true, force: true });
  }
}

function services() {
  return startStandIn((world, iam) => {
    const s3 = new S3(world, { iam });
    return { s3, sqs: new Sqs(world, { iam }), athena: new Athena(world, { s3 }) };
  });
}

async function taskCredentials({ iam }: Awaited<ReturnType<typeof services>>, Statement: object[]) {
  const trust = { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const role = await iam.provisioners['AWS::IAM::Role']!.create(
    {
      RoleName: taskRole,
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] },
      Policies: [{ PolicyName: 'Task', PolicyDocument: { Version: '2012-10-17', Statement } }],
    },
    at('TaskRole'),
  );
  return iam.credentials(String(role.attributes?.['Arn']), 'ecs-tasks.amazonaws.com');
}

async function bundle(home: string): Promise<void> {
  // As the service's own bundle is made: what is measured here holds no compiler.
  await build({ ...options, entryPoints: [{ in: 'test/container/packaging/worker.ts', out: 'worker' }], outdir: home });
}
