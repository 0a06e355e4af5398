import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server under measurement, in a process of its own. */
export class Server {
  /** From before its process was made to its first 200 on /health/ready, milliseconds. */
  readonly readyAfter: number;
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number, readyAfter: number) {
    this.#child = child;
    this.port = port;
    this.readyAfter = readyAfter;
  }

  /** @param environment all of it, made for the port */
  static async start(file: string, environment: (port: number) => Record<string, string>): Promise<Server> {
    const port = await freePort();
    const env = { ...environment(port), PATH: process.env['PATH'] ?? '' };
    const started = performance.now();
    // The log is read and thrown away, as a log driver would take it.
    const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.resume();
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.status === 200) return new Server(child, port, performance.now() - started);
      if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}`);
      await sleep(3);
    }
  }

  /** Resident memory now and at most, megabytes. */
  memory(): { now: number; peak: number } {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
    return { now: of('VmRSS'), peak: of('VmHWM') };
  }

  /** Processor time so far, seconds: what a busy machine cannot falsify. */
  processorSeconds(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8');
    // Behind the name, which may hold anything: user and system time, in hundredths.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
