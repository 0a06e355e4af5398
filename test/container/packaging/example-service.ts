import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { workQueueNames } from '../../../app-stack/work-queue.ts';
import { Athena } from '../../../rehearsal/aws/athena/athena.ts';
import { CloudFormation } from '../../../rehearsal/aws/cloudformation/cloudformation.ts';
import { S3 } from '../../../rehearsal/aws/s3/s3.ts';
import { SecretsManager } from '../../../rehearsal/aws/secretsmanager/secretsmanager.ts';
import { Sqs } from '../../../rehearsal/aws/sqs/sqs.ts';
import { OutsideWorld } from '../../../rehearsal/world/outside-world.ts';
import { startStandIn } from '../../rehearsal/stand-in.ts';
import { exampleStage } from '../../rehearsal/world/example-place.ts';
import { bundleService, ServiceProcess } from '../server/service-process.ts';

const services = () =>
  startStandIn((world, iam) => {
    const s3 = new S3(world, { iam });
    const sqs = new Sqs(world, { iam });
    const provisioners = { ...s3.provisioners, ...sqs.provisioners };
    const templates = () => Promise.reject(new Error('no template by URL'));
    const cloudformation = new CloudFormation(world, { iam, provisioners, templates, emit: () => {} });
    return { s3, sqs, athena: new Athena(world, { s3 }), secretsmanager: new SecretsManager(world), cloudformation };
  }, 1);

const names = workQueueNames(exampleStage.secretName);

/** The service as its image has it, between the stand-in for AWS and a Benchling over real HTTPS; its tasks come and go, the rest stays. */
export class ExampleService {
  readonly world: OutsideWorld;
  readonly standIn: Awaited<ReturnType<typeof services>>;
  readonly #bundle: Awaited<ReturnType<typeof bundleService>>;
  readonly #home: string;
  readonly #tasks: ServiceProcess[] = [];

  private constructor(
    home: string,
    world: OutsideWorld,
    standIn: ExampleService['standIn'],
    bundle: Awaited<ReturnType<typeof bundleService>>,
  ) {
    this.#home = home;
    this.world = world;
    this.standIn = standIn;
    this.#bundle = bundle;
  }

  static async start(): Promise<ExampleService> {
    const home = mkdtempSync(join(tmpdir(), 'example-service-'));
    const [bundle, world, standIn] = await Promise.all([bundleService(), OutsideWorld.start(home), services()]);
    await world.playStage({ ...standIn.parts, world: standIn.world }, exampleStage);
    for (const name of Object.values(names)) standIn.parts.sqs.createQueue(name, { FifoQueue: 'true' });
    return new ExampleService(home, world, standIn, bundle);
  }

  /** One more task; the latest one is asked. Resolves when it is ready. */
  async startTask(): Promise<ServiceProcess> {
    const task = new ServiceProcess(this.#bundle.folder, {
      ...this.world.environment(),
      ...this.standIn.iam.operatorCredentials(),
      QuiltStackARN: exampleStage.quiltStackArn,
      BenchlingSecret: exampleStage.secretName,
      AWS_ENDPOINT_URL: this.standIn.world.endpoint(),
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    this.#tasks.push(task);
    await task.line('config.resolved');
    return task;
  }

  get task(): ServiceProcess {
    return this.#tasks.at(-1)!;
  }

  /** Delivers an event once. @returns the status; 0 without an answer */
  async deliver(message: object, id?: string): Promise<number> {
    const body = JSON.stringify({ version: '0', channel: 'events', message });
    const headers = { 'content-type': 'application/json', ...this.world.benchling.sign(body, id) };
    const answer = await fetch(`${await this.task.url()}/webhook`, { method: 'POST', headers, body }).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.status ?? 0;
  }

  /** What was announced to the packager, in order. */
  announced(): object[] {
    return this.standIn.parts.sqs.messages('example-quilt-staging-packager').map(({ body }) => JSON.parse(body) as object);
  }

  /** Contents of the packages' files by key. */
  async files(): Promise<Record<string, string>> {
    const { s3 } = this.standIn.parts;
    const keys = s3.keys('example-staging-data', 'benchling/');
    return Object.fromEntries(
      await Promise.all(keys.map(async (key) => [key, (await s3.get('example-staging-data', key)).toString('base64')])),
    );
  }

  /** Events that were given up. */
  parked(): readonly { body: string }[] {
    return this.standIn.parts.sqs.messages(names.parked);
  }

  /** What tasks that are gone held comes back now, and not when its time is over. */
  async giveBack(): Promise<void> {
    // SQS hands messages to a poll whose asker is dead, too: such polls end first.
    await this.#endPolls();
    for (const message of this.standIn.parts.sqs.messages(names.work)) message.visibleAt = 0;
  }

  async #endPolls(): Promise<void> {
    const { clock } = this.standIn.world;
    clock.scale = 0.001;
    await sleep(500);
    clock.scale = 1;
  }

  /** Resolves when no event waits or is worked on. */
  async drained(): Promise<void> {
    while (this.standIn.parts.sqs.messages(names.work).length > 0) await sleep(20);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#tasks.map((task) => task.kill('SIGKILL')));
    // Nobody waits for the end of its long poll any more.
    this.standIn.world.clock.scale = 0.001;
    await Promise.all([this.world.stop(), this.standIn.stop()]);
    this.#bundle.remove();
    rmSync(this.#home, { recursive: true, force: true });
  }
}
