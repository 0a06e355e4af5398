import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assemble } from './assembly.ts';
import { Cloud } from './aws/cloud.ts';
import type { Checkout } from './checkout.ts';
import { Clock } from './clock.ts';
import { CloudAssembly } from './cloud-assembly.ts';
import { deployPipeline, type Withheld } from './deploy-pipeline.ts';
import { assembleBaseImage } from './docker/base-image.ts';
import { DockerClient } from './docker/client.ts';
import { findDaemon } from './docker/daemon.ts';
import type { Fault, FaultContext } from './faults/fault.ts';
import { type Injection, inject } from './faults/inject.ts';
import { cleanDocker, markRegistry, openHome, removeLeftovers } from './leftovers.ts';
import { type PlayedSource, playSource } from './played-source.ts';
import { leadDomain, type PlayedAddress, prepareAddress } from './world/addresses.ts';
import { OutsideWorld } from './world/outside-world.ts';
import { decideAs, type People, playPeople } from './world/people.ts';
import { placeOf } from './world/quilt.ts';

export interface RehearsalOptions {
  readonly checkout: Checkout;
  /** Factor for every wait, above 0; process work is real. @default 0.05 */
  readonly timeScale?: number;
  /** @default - Docker when a daemon answers, a child process otherwise */
  readonly containers?: 'process' | 'docker';
  /**
   * How many sandboxes of functions stay warm while idle: 35 MB each, half a second of a core each time that one is not.
   * @default 2
   */
  readonly warm?: number;
  /** Takes one action away from one step's role, to show that it is needed. @default none */
  readonly withhold?: Withheld;
}

/** A stage as the pipeline's own table names it. */
export interface RehearsedStage {
  readonly name: string;
  readonly serviceStack: string;
  readonly foundationStack: string;
  readonly secretName: string;
  /** A person is asked before this stage changes. */
  readonly approval: boolean;
  readonly quiltStackArn: string;
  readonly dataBucketName: string;
  readonly packagerQueueArn: string;
  readonly address: PlayedAddress;
  /** `https://…` under which callers reach it; see `world.callers`. */
  readonly url: string;
}

export interface Parts {
  readonly id: string;
  readonly home: string;
  readonly cloud: Cloud;
  readonly world: OutsideWorld;
  readonly people: People;
  readonly checkout: Checkout;
  /** Where people push. */
  readonly source: PlayedSource;
  /** Name of the source repository. */
  readonly repository: string;
  readonly stages: readonly RehearsedStage[];
  /** Outputs of the machine stack. */
  readonly pipeline: Readonly<Record<string, string>>;
  /** Variables that point an AWS client to this rehearsal, as the person at the terminal. */
  readonly environment: Readonly<Record<string, string>>;
  readonly containers: 'process' | 'docker';
  /** Why containers are no Docker containers; null when they are, or when processes were asked for. */
  readonly withoutDocker: string | null;
  readonly docker: DockerClient | null;
  /** How many rehearsals before this one had left something behind. */
  readonly leftovers: number;
}

/** A pipeline that is deployed, on this machine, and waits for a tag. */
export class Rehearsal {
  readonly parts: Parts;
  readonly #deploy: (assembly: CloudAssembly) => Promise<unknown>;

  private constructor(parts: Parts, deploy: (assembly: CloudAssembly) => Promise<unknown>) {
    this.parts = parts;
    this.#deploy = deploy;
  }

  /** Synthesizes the pipeline, starts the stand-in and deploys the pipeline into it, as a person would with `cdk deploy`. */
  static async start({ checkout, timeScale = 0.05, containers, warm, withhold }: RehearsalOptions): Promise<Rehearsal> {
    const { root } = checkout;
    const leftovers = await removeLeftovers(root);
    const [{ directory }, found] = await Promise.all([assemble(root), containers === 'process' ? null : findDaemon()]);
    if (containers === 'docker' && typeof found === 'string') throw new Error(`${found}. Next: --containers process`);
    const daemon = typeof found === 'string' ? null : found;
    const id = randomBytes(4).toString('hex');
    const home = await openHome(root, id);
    const docker = daemon && new DockerClient(daemon, home);
    const assembly = new CloudAssembly(directory);
    const published = [assembly];
    const configured = JSON.parse(assembly.literalOutput('ReleaseMachine', 'Stages')) as Omit<RehearsedStage, 'url'>[];
    const { account, region } = placeOf(configured[0]?.quiltStackArn ?? '');
    // Names of the cloud are asked for when the first caller calls: by then there is one.
    const world = await OutsideWorld.start(home, (host) => cloud.names.find(host));
    const cloud: Cloud = new Cloud({
      home,
      account,
      region,
      clock: new Clock(timeScale),
      containers: daemon ?? 'process',
      packages: root,
      warm,
      authority: world.authority,
      code: (bucket, key) => published.map((each) => each.directoryOf(bucket, key)).find((found) => found !== undefined),
      outside: { connected: world.github, identityKeys: (issuer) => world.github.issuer.keys(issuer) },
      platform: () => world.environment(),
    });
    const endpoint = await cloud.start();
    try {
      if (docker) await markRegistry(home, cloud.ecr.address);
      for (const stage of configured) {
        await world.playStage(cloud, stage);
        prepareAddress(cloud, stage);
      }
      const more = { withhold, baseImage: docker && (await assembleBaseImage(docker)) };
      const outputs = await deployPipeline(cloud, assembly, configured, more);
      for (const stage of configured) leadDomain(cloud, stage, outputs.get(stage.foundationStack) ?? {});
      const pipeline = outputs.get('ReleaseMachine') ?? {};
      const people = await playPeople(cloud, pipeline['ApproversPolicy'] ?? '');
      const source = await playSource({ cloud, world, checkout, pipeline });
      const stages = configured.map((stage) => ({ ...stage, url: outputs.get(stage.foundationStack)?.['ServiceUrl'] ?? '' }));
      const environment = {
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        ...cloud.iam.operatorCredentials(),
      };
      const parts: Parts = {
        id,
        home,
        cloud,
        world,
        checkout,
        source,
        repository: source.repository,
        stages,
        environment,
        people,
        pipeline,
        containers: docker ? 'docker' : 'process',
        withoutDocker: typeof found === 'string' ? found : null,
        docker,
        leftovers: leftovers.length,
      };
      return new Rehearsal(parts, (changed) => {
        published.push(changed);
        return deployPipeline(cloud, changed, configured, more);
      });
    } catch (error) {
      await cloud.stop();
      await world.stop();
      if (docker) await cleanDocker(docker, home);
      await rm(home, { recursive: true, force: true });
      throw error;
    }
  }

  /** Pushes a tag at the released commit with git, to the repository that the pipeline watches. The user's own repository gets no tag. */
  async push(tag: string, how: Parameters<FaultContext['push']>[1] = {}): Promise<void> {
    const { source, checkout } = this.parts;
    await source.push({ tag, commit: checkout.commit, ...how });
  }

  /**
   * Deploys the pipeline as another state of its sources makes it: what its self-update does, also while a release is on its way.
   * @param directory of that assembly, as `assemble` gives it
   */
  async update(directory: string): Promise<void> {
    await this.#deploy(new CloudAssembly(directory));
  }

  /**
   * Breaks the world; what serves now stays healthy.
   * @returns what hears of the release's moments, and what puts everything back
   */
  inject(fault: Fault, tag: string): Promise<Injection> {
    const decide = (name: string, decision: 'approved' | 'rejected') =>
      decideAs(this.parts.people.approver, this.parts.pipeline['ApprovalUrl'] ?? '', name, decision);
    return inject(this.parts, fault, { tag, push: (name, how) => this.push(name, how), decide });
  }

  /** Copies every object below a prefix of a bucket into a folder of this machine. */
  async export(bucket: string, prefix: string, folder: string): Promise<void> {
    for (const key of this.parts.cloud.s3.keys(bucket, prefix)) {
      const file = join(folder, key.slice(prefix.length).replace(/^\/+/, ''));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, await this.parts.cloud.s3.get(bucket, key));
    }
  }

  /** Lets other commands and the AWS CLI find this rehearsal by a file. */
  async join(file: string): Promise<void> {
    await mkdir(dirname(file), { recursive: true });
    const { id, environment, people } = this.parts;
    await writeFile(file, `${JSON.stringify({ pid: process.pid, id, environment, approver: people.approver }, null, 2)}\n`);
  }

  /** Takes that file away, unless a rehearsal that began later has put its own in its place. */
  async leave(file: string): Promise<void> {
    const found = await readFile(file, 'utf8').catch(() => '{}');
    if ((JSON.parse(found) as { id?: string }).id === this.parts.id) await rm(file, { force: true });
  }

  /**
   * Ends everything that this rehearsal started and removes its folder.
   * @param keepCalls copies the log of API calls there first, and beside it `permissions.json`: every authorization that was asked for,
   *   those included that services asked for by themselves
   */
  async close({ keepCalls }: { keepCalls?: string } = {}): Promise<void> {
    await this.parts.cloud.stop();
    await this.parts.world.stop();
    if (this.parts.docker) await cleanDocker(this.parts.docker, this.parts.home);
    const calls = join(this.parts.home, 'calls.jsonl');
    if (keepCalls && existsSync(calls)) {
      await cp(calls, keepCalls);
      await writeFile(join(dirname(keepCalls), 'permissions.json'), `${JSON.stringify(this.parts.cloud.iam.asked())}\n`);
    }
    await rm(this.parts.home, { recursive: true, force: true });
  }
}
