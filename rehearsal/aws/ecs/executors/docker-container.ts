import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { DockerClient } from '../../../docker/client.ts';
import { type Exit, Lines, type RunningContainer } from './executor.ts';

/** A container that was started, by its name. It is removed when it has ended. */
export class DockerContainer implements RunningContainer {
  readonly runtimeId: string;
  readonly imageDigest: string;
  readonly exited: Promise<Exit>;
  private readonly lines = new Lines();
  private readonly docker: DockerClient;

  constructor(docker: DockerClient, name: string, imageDigest: string) {
    this.docker = docker;
    this.runtimeId = name;
    this.imageDigest = imageDigest;
    this.exited = this.follow();
  }

  onLine(listener: (line: string) => void): void {
    this.lines.onLine(listener);
  }

  exec(command: readonly string[], timeoutMilliseconds: number): Promise<number> {
    return this.docker.exitCode(['exec', this.runtimeId, ...command], timeoutMilliseconds);
  }

  async stop(timeoutSeconds: number): Promise<void> {
    // One that ended by itself meanwhile is removed: then there is nothing left to stop.
    await this.docker.run(['stop', '-t', String(Math.ceil(timeoutSeconds)), this.runtimeId]).catch(unlessGone);
    await this.exited;
  }

  /** Reads its output to the end, then how it ended. */
  private async follow(): Promise<Exit> {
    const words = [...this.docker.options, 'logs', '--follow', this.runtimeId];
    // A group of its own: the terminal's Ctrl-C ends the rehearsal, which then ends its containers.
    const logs = spawn('docker', words, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.lines.read(logs.stdout);
    this.lines.read(logs.stderr);
    const read = once(logs, 'close');
    // 137 for one that was removed under way: it was killed.
    const waited = await this.docker.run(['wait', this.runtimeId]).catch(unlessGone);
    await read;
    const oom = await this.docker.run(['inspect', '--format', '{{.State.OOMKilled}}', this.runtimeId]).catch(unlessGone);
    await this.docker.run(['rm', '--force', '--volumes', this.runtimeId]).catch(unlessGone);
    return { exitCode: Number(waited ?? 137), ...(oom === 'true' && { oomKilled: true }) };
  }
}

function unlessGone(error: Error): undefined {
  if (!/No such (container|object)|removal of container .* is already in progress/i.test(error.message)) throw error;
}
