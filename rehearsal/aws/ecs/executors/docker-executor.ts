import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import {
  type ContainerSpec,
  type Credentials,
  type Executor,
  type ExecutorWorld,
  type Exit,
  Lines,
  PullError,
  type RunningContainer,
} from './executor.ts';

const run = promisify(execFile);
const label = 'release.rehearsal';
const daemonAnswerMilliseconds = 2000;

/** Whether a Docker daemon answers, within 2 s. */
export async function detectDocker(): Promise<boolean> {
  return run('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: daemonAnswerMilliseconds }).then(
    ({ stdout }) => /^\d/.test(stdout),
    () => false,
  );
}

/** Removes the containers of rehearsals that are gone. @param rehearsal the name of the rehearsal's home; @default - all */
export async function reapContainers(rehearsal?: string): Promise<string[]> {
  const filter = rehearsal ? `label=${label}=${rehearsal}` : `label=${label}`;
  const { stdout } = await run('docker', ['ps', '--all', '--quiet', '--filter', filter]);
  const ids = stdout.split('\n').filter(Boolean);
  if (ids.length) await run('docker', ['rm', '--force', ...ids]);
  return ids;
}

/** Runs containers with Docker, on this machine's network, so that each listens on its PORT of 127.0.0.1. */
export class DockerExecutor implements Executor {
  readonly kind = 'docker';
  private readonly rehearsal: string;
  private readonly config: string;
  private readonly credentials: Credentials;

  constructor(world: ExecutorWorld, credentials: Credentials) {
    this.rehearsal = basename(world.home);
    // A configuration of our own: the user's logins stay as they are.
    this.config = join(world.home, 'docker-config');
    this.credentials = credentials;
    mkdirSync(this.config, { recursive: true });
  }

  async start(spec: ContainerSpec): Promise<RunningContainer> {
    const registry = spec.image.split('/')[0]!;
    writeFileSync(join(this.config, 'config.json'), JSON.stringify({ auths: { [registry]: { auth: this.credentials() } } }));
    const platform = `linux/${spec.architecture}`;
    await run('docker', ['--config', this.config, 'pull', '--quiet', spec.image]).catch((error: { stderr?: string; message: string }) => {
      throw new PullError(`failed to resolve ref ${spec.image}: ${(error.stderr || error.message).trim()}`);
    });
    const { stdout } = await run('docker', ['image', 'inspect', '--format', '{{index .RepoDigests 0}}', spec.image]);
    return new DockerContainer(spec, platform, stdout.trim().split('@')[1] ?? '', `${label}=${this.rehearsal}`);
  }

  async close(): Promise<void> {
    await reapContainers(this.rehearsal);
  }
}

class DockerContainer implements RunningContainer {
  readonly runtimeId: string;
  readonly imageDigest: string;
  readonly exited: Promise<Exit>;
  private readonly lines = new Lines();
  private readonly client: ChildProcess;

  constructor(spec: ContainerSpec, platform: string, imageDigest: string, owner: string) {
    this.runtimeId = `release-${spec.taskArn.split('/').at(-1)}`;
    this.imageDigest = imageDigest;
    // Values travel in the client's environment, not in its arguments, where every user of this machine could read them.
    const environment = Object.keys(spec.environment).flatMap((name) => ['--env', name]);
    const args = ['run', '--name', this.runtimeId, '--label', owner, '--network', 'host', '--cap-drop', 'ALL', '--pull', 'never'];
    args.push('--tmpfs', '/tmp', ...(spec.readonlyRoot ? ['--read-only'] : []), ...(spec.user ? ['--user', spec.user] : []));
    args.push(...(spec.memory ? ['--memory', `${spec.memory}m`] : []), '--platform', platform, ...environment);
    const [entry, ...entryArgs] = spec.entryPoint ?? [];
    args.push(...(entry ? ['--entrypoint', entry] : []), spec.image, ...entryArgs, ...(spec.command ?? []));
    this.client = spawn('docker', args, {
      env: { ...process.env, ...spec.environment, PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.lines.read(this.client.stdout!);
    this.lines.read(this.client.stderr!);
    this.exited = new Promise<number>((resolve) => this.client.once('close', (code) => resolve(code ?? 137))).then((code) =>
      this.finish(code),
    );
  }

  private async finish(exitCode: number): Promise<Exit> {
    const format = '{{.State.OOMKilled}}';
    const oomKilled = await run('docker', ['inspect', '--format', format, this.runtimeId]).then(
      ({ stdout }) => stdout.trim() === 'true',
      // Never created: the client's exit code and last lines say why.
      () => false,
    );
    await run('docker', ['rm', '--force', this.runtimeId]).catch(() => undefined);
    return { exitCode, ...(oomKilled && { oomKilled }) };
  }

  onLine(listener: (line: string) => void): void {
    this.lines.onLine(listener);
  }

  exec(command: readonly string[], timeoutMilliseconds: number): Promise<number> {
    return run('docker', ['exec', this.runtimeId, ...command], { timeout: timeoutMilliseconds }).then(
      () => 0,
      (error: { code?: number | string; killed?: boolean }) => (error.killed ? 124 : Number(error.code) || 1),
    );
  }

  async stop(timeoutSeconds: number): Promise<void> {
    // Ends by itself meanwhile: then there is nothing left to stop.
    await run('docker', ['stop', '--time', String(Math.ceil(timeoutSeconds)), this.runtimeId]).catch(() => undefined);
    await this.exited;
  }
}
