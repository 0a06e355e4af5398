import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RehearsalResult } from '../../cli/rehearse.ts';
import type { LoggedCall } from '../../rehearsal/call-log.ts';

export type Call = LoggedCall;

/** A command that ended. */
export interface Ended {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A rehearsal that ended, with all that it left. */
export interface Rehearsed extends Ended {
  readonly json: RehearsalResult;
  readonly calls: readonly Call[];
}

/** Milliseconds that a scenario may take. Alone on two cores the longest takes a fifth of it; a machine that has other work is no defect. */
export const patience = 480_000;

/** Milliseconds between two looks at what a child does. */
const look = 50;

/** The command line as its user has it: `release …` in a process group of its own, like a shell's job. */
export class Running {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;

  /** @param folder the checkout whose `release` is run, and the working directory */
  constructor(folder: string, args: readonly string[]) {
    const child = spawn(process.execPath, ['cli/release.mjs', ...args], {
      cwd: folder,
      env: plainEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout: this.stdout, stderr: this.stderr }));
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What a terminal does at Ctrl-C: every process of the group in front is interrupted, not the first alone. */
  interrupt(): void {
    process.kill(-this.pid, 'SIGINT');
  }

  /** What the kernel does when memory ends: that process, at once, and nobody else. */
  kill(): void {
    process.kill(this.pid, 'SIGKILL');
  }

  /** Waits until `seen` is true. Rejects with the output when the command ends before, or does not get there in time. */
  async until(what: string, seen: () => boolean): Promise<void> {
    for (const end = Date.now() + patience / 2; !seen(); await sleep(look)) {
      const { exitCode, signalCode } = this.#child;
      if (exitCode === null && signalCode === null && Date.now() < end) continue;
      throw new Error(`"${what}" was not seen; the command said:\n${this.stdout}${this.stderr}`);
    }
  }

  async untilSays(text: string): Promise<void> {
    await this.until(text, () => this.stdout.includes(text));
  }
}

/** A test's first question. What a command said is all that is left of it, so that a failure shows it. */
export function expectExit({ code, stdout, stderr }: Ended, expected: number): void {
  if (code !== expected) throw new Error(`exit code ${code}, expected ${expected}; the command said:\n${stdout}${stderr}`);
}

/** Runs a command to its end. */
export const release = (folder: string, ...args: string[]): Promise<Ended> => new Running(folder, args).ended;

/** Starts a rehearsal. Containers are processes: results do not depend on whether a Docker daemon happens to answer. */
export const startRehearsal = (folder: string, ...args: string[]): Running =>
  new Running(folder, ['rehearse', '--containers', 'process', ...args]);

/** Runs a rehearsal to its end and reads what it left. */
export async function rehearse(folder: string, ...args: string[]): Promise<Rehearsed> {
  const file = join(folder, '.local', 'result.json');
  return readResult(file, await startRehearsal(folder, '--json', file, ...args).ended);
}

/** Throws with the output when the rehearsal wrote no result. */
export function readResult(file: string, ended: Ended): Rehearsed {
  if (!existsSync(file)) throw new Error(`the rehearsal ended with ${ended.code} and wrote no result:\n${ended.stdout}${ended.stderr}`);
  const json = JSON.parse(readFileSync(file, 'utf8')) as RehearsalResult;
  const lines = readFileSync(json.calls, 'utf8').trim().split('\n');
  return { ...ended, json, calls: lines.map((line) => JSON.parse(line) as Call) };
}

/** Nothing of the test's own world: no AWS account of the developer, and not the variables by which Jest speaks to its workers. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(AWS_|JEST_|NODE_ENV$|NODE_OPTIONS$|npm_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}
