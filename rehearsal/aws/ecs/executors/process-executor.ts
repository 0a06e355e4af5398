import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processOf } from '../../../docker/process.mjs';
import {
  type ContainerSpec,
  type Credentials,
  type Executor,
  type ExecutorWorld,
  type Exit,
  Lines,
  type RunningContainer,
  StartError,
} from './executor.ts';
import { ImageStore, type PulledImage } from './image-store.ts';
import { residentMebibytes } from './memory.ts';
import { forgetPid, recordPid } from './pids.ts';

const leash = fileURLToPath(new URL('./leash.mjs', import.meta.url));
const memoryLookMilliseconds = 250;

/**
 * Runs a container as a process of this machine: its image unpacked, this machine's Node, a temporary folder of its own.
 * It isolates nothing: a read-only root, users and cores are not enforced.
 */
export class ProcessExecutor implements Executor {
  readonly kind = 'process';
  private readonly world: ExecutorWorld;
  private readonly images: ImageStore;
  private readonly running = new Set<ProcessContainer>();

  constructor(world: ExecutorWorld, credentials: Credentials) {
    this.world = world;
    this.images = new ImageStore(world.home, credentials);
  }

  async start(spec: ContainerSpec): Promise<RunningContainer> {
    const image = await this.images.pull(spec.image);
    const container = new ProcessContainer(this.world, image, spec);
    this.running.add(container);
    void container.exited.finally(() => this.running.delete(container)).catch(() => {});
    await container.spawned;
    return container;
  }

  async close(): Promise<void> {
    await Promise.all([...this.running].map((container) => container.stop(0)));
  }
}

class ProcessContainer implements RunningContainer {
  readonly runtimeId = randomBytes(16).toString('hex');
  readonly imageDigest: string;
  readonly exited: Promise<Exit>;
  readonly spawned: Promise<void>;
  private readonly lines = new Lines();
  private readonly child?: ChildProcess;
  private readonly surroundings: { cwd: string; env: Record<string, string>; root: string };
  private oomKilled = false;

  constructor(world: ExecutorWorld, image: PulledImage, spec: ContainerSpec) {
    this.imageDigest = image.digest;
    const temporary = join(world.home, 'tmp', this.runtimeId);
    mkdirSync(temporary, { recursive: true });
    const config = spec.entryPoint ? { ...image.config, Entrypoint: [...spec.entryPoint], Cmd: [] } : image.config;
    const { command, cwd, env } = processOf({ root: image.root, config, args: spec.command ?? [], env: spec.environment, temporary });
    this.surroundings = { cwd, env, root: image.root };
    if (image.architecture !== spec.architecture) {
      // What a kernel says of a binary it cannot run; ECS shows it in the log only.
      this.lines.say(`exec ${command[0]}: exec format error`);
      this.spawned = Promise.resolve();
      this.exited = Promise.resolve({ exitCode: 255 });
      return;
    }
    const [program = '', ...args] = command;
    const leashed = program === process.execPath ? ['--import', leash, ...args] : args;
    // A group of its own: signals reach what the container started, and the terminal's Ctrl-C does not.
    const child = spawn(program, leashed, { cwd, env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'], detached: true });
    this.child = child;
    this.spawned = new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) =>
        reject(new StartError(`failed to create new container runtime task: exec: "${program}": ${error.message}`)),
      );
    });
    this.lines.read(child.stdout!);
    this.lines.read(child.stderr!);
    if (child.pid) recordPid(world.home, child.pid, [program, ...leashed]);
    const watch = spec.memory ? setInterval(() => this.watchMemory(spec.memory!), memoryLookMilliseconds) : undefined;
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        clearInterval(watch);
        if (child.pid) forgetPid(world.home, child.pid);
        rmSync(temporary, { recursive: true, force: true });
        const exitCode = code ?? 128 + constants.signals[signal ?? 'SIGKILL'];
        resolve({ exitCode, ...(signal && { signal }), ...(this.oomKilled && { oomKilled: true }) });
      });
    });
  }

  onLine(listener: (line: string) => void): void {
    this.lines.onLine(listener);
  }

  exec(command: readonly string[], timeoutMilliseconds: number): Promise<number> {
    const { root, cwd, env } = this.surroundings;
    const inside = processOf({ root, config: {}, args: command, temporary: env['TMPDIR'] ?? '' });
    const [program = '', ...args] = inside.command;
    return new Promise((resolve) => {
      const check = spawn(program, args, { cwd, env, stdio: 'ignore', timeout: timeoutMilliseconds, killSignal: 'SIGKILL' });
      check.once('error', () => resolve(127));
      check.once('close', (code) => resolve(code ?? 124));
    });
  }

  async stop(timeoutSeconds: number): Promise<void> {
    if (timeoutSeconds > 0) this.signal('SIGTERM');
    const kill = setTimeout(() => this.signal('SIGKILL'), timeoutSeconds * 1000);
    await this.exited;
    clearTimeout(kill);
  }

  private signal(name: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.child ?? {};
    if (!pid || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, name);
    } catch (error) {
      // It ended between the look and the signal.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  private watchMemory(limit: number): void {
    const used = residentMebibytes(this.child?.pid ?? 0);
    if (used === undefined || used <= limit) return;
    this.oomKilled = true;
    this.signal('SIGKILL');
  }
}
