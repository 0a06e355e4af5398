import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DockerClient } from '../../../docker/client.ts';
import type { DockerDaemon } from '../../../docker/daemon.ts';
import { removeContainers, taskLabel } from '../../../docker/traces.ts';
import { DockerContainer } from './docker-container.ts';
import {
  type ContainerSpec,
  type Credentials,
  type Executor,
  type ExecutorWorld,
  PullError,
  type RunningContainer,
  StartError,
} from './executor.ts';

interface Image {
  readonly Architecture: string;
  readonly RepoDigests: readonly string[];
  readonly Config: { readonly Volumes: Readonly<Record<string, object>> | null };
}

/** Runs containers with Docker, on this machine's network, so that each listens on its PORT of 127.0.0.1. */
export class DockerExecutor implements Executor {
  readonly kind = 'docker';
  private readonly rehearsal: string;
  private readonly home: string;
  private readonly docker: DockerClient;
  private readonly credentials: Credentials;

  constructor(world: ExecutorWorld, daemon: DockerDaemon, credentials: Credentials) {
    this.rehearsal = basename(world.home);
    this.home = world.home;
    this.docker = new DockerClient(daemon, world.home);
    this.credentials = credentials;
  }

  async start(spec: ContainerSpec): Promise<RunningContainer> {
    const { docker } = this;
    docker.logIn(spec.image.split('/')[0]!, this.credentials());
    await docker.run(['pull', '--quiet', spec.image]).catch((error: Error) => {
      throw new PullError(`failed to resolve ref ${spec.image}: ${error.message}`, { cause: error });
    });
    const image = JSON.parse(await docker.run(['image', 'inspect', '--format', '{{json .}}', spec.image])) as Image;
    const name = `release-${spec.taskArn.split('/').at(-1)}`;
    try {
      await docker.run(
        [
          ...['create', '--name', name, '--label', `${taskLabel}=${this.rehearsal}`],
          ...createOptions(spec, image),
          ...(image.Architecture === spec.architecture ? commandOf(spec) : this.foreign(spec)),
        ],
        spec.environment,
      );
      await docker.run(['start', name]);
    } catch (error) {
      await docker.run(['rm', '--force', '--volumes', name]).catch(() => {});
      throw new StartError((error as Error).message, { cause: error });
    }
    return new DockerContainer(docker, name, digestIn(image, spec.image));
  }

  /**
   * What the kernel says of a program of another architecture, said by this machine's kernel: the daemon itself would refuse the container,
   * which ECS does not.
   */
  private foreign({ image, command = [], entryPoint = [] }: ContainerSpec): string[] {
    const program = join(this.home, 'foreign-program');
    writeFileSync(program, 'nothing that this machine can run', { mode: 0o755 });
    const path = `/usr/local/bin/${basename(entryPoint[0] ?? command[0] ?? 'entrypoint')}`;
    return ['--mount', `type=bind,source=${program},target=${path},readonly`, '--entrypoint', path, image];
  }

  async close(): Promise<void> {
    await removeContainers(this.docker, this.rehearsal);
  }
}

/** The same image may have been pushed to several registries: the digest is that of the one it was pulled from. */
function digestIn({ RepoDigests }: Image, reference: string): string {
  const [repository] = /^[^/]+\/[^@:]+/.exec(reference) ?? [];
  return RepoDigests.find((each) => each.startsWith(`${repository}@`))?.split('@')[1] ?? '';
}

function createOptions(
  { environment, scratch = [], readonlyRoot, user, memory }: ContainerSpec,
  { Config, Architecture }: Image,
): string[] {
  const authorities = environment['NODE_EXTRA_CA_CERTS'];
  return [
    ...['--pull', 'never', '--platform', `linux/${Architecture}`, '--network', 'host', '--cap-drop', 'ALL'],
    // ECS asks the task definition's health check alone.
    '--no-healthcheck',
    ...(readonlyRoot ? ['--read-only'] : []),
    ...(user ? ['--user', user] : []),
    // Fargate has no swap.
    ...(memory ? ['--memory', `${memory}m`, '--memory-swap', `${memory}m`] : []),
    // On Fargate a volume is empty and root's, mode 0755, whoever the container's user is; only what the image calls a VOLUME is copied into it.
    ...scratch.flatMap((path) => ['--mount', `type=volume,target=${path}${Config.Volumes?.[path] ? '' : ',volume-nocopy'}`]),
    ...(authorities ? ['--mount', `type=bind,source=${authorities},target=${authorities},readonly`] : []),
    // Values travel in the client's environment: every user of this machine can read arguments. The client needs its own PATH.
    ...Object.entries(environment).flatMap(([name, value]) => ['--env', name === 'PATH' ? `PATH=${value}` : name]),
  ];
}

/** An empty entry point drops the image's own. */
function commandOf({ image, command = [], entryPoint }: ContainerSpec): string[] {
  const [entry = '', ...args] = entryPoint ?? [];
  return [...(entryPoint ? ['--entrypoint', entry] : []), image, ...args, ...command];
}
