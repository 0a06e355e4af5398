import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export interface ShellOptions {
  readonly shell: 'sh' | 'bash';
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where the text of each command is put, outside the source directory. */
  readonly scripts: string;
  readonly line: (text: string) => void;
}

// Reads the path of a script a line, sources it, answers with its exit code. Commands get neither of the two descriptors.
const loop = 'while IFS= read -r CODEBUILD_SCRIPT <&3; do . "$CODEBUILD_SCRIPT" 3<&- 4>&-; printf "%s\\n" "$?" >&4; done';
const graceMilliseconds = 2000;

/**
 * One shell for a whole build, as buildspec version 0.2 promises: variables, functions and the working directory carry over from
 * command to command and from phase to phase. It leads a process group of its own, so that all it started can be ended.
 */
export class Shell {
  readonly #child: ChildProcess;
  readonly #options: ShellOptions;
  readonly #exited: Promise<number>;
  readonly #answers: AsyncIterator<string>;
  #scripts = 0;

  constructor(options: ShellOptions) {
    this.#options = options;
    this.#child = spawn(`/bin/${options.shell}`, ['-c', loop], {
      cwd: options.directory,
      env: options.environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    this.#exited = once(this.#child, 'exit').then(([code, signal]) => code ?? (signal === 'SIGKILL' ? 137 : 143));
    for (const stream of [this.#child.stdout, this.#child.stderr]) createInterface({ input: stream as Readable }).on('line', options.line);
    // A shell that dies while it is spoken to closes these: its exit code tells, not the broken pipe.
    for (const descriptor of [3, 4]) this.#child.stdio[descriptor]?.on('error', () => {});
    this.#answers = createInterface({ input: this.#child.stdio[4] as Readable })[Symbol.asyncIterator]();
  }

  /** Runs one command, of one line or many. @returns its exit code; that of the shell when the command ended it */
  async run(command: string): Promise<number> {
    const script = join(this.#options.scripts, `command-${++this.#scripts}.sh`);
    writeFileSync(script, `${command}\n`);
    (this.#child.stdio[3] as Writable).write(`${script}\n`);
    const answer = await Promise.race([this.#answers.next(), this.#exited]);
    if (typeof answer === 'number') return answer;
    return answer.done ? this.#exited : Number(answer.value);
  }

  /** Ends the shell and all that it started: asked first, forced after 2 seconds. */
  async end(): Promise<void> {
    this.#signal('SIGTERM');
    const force = setTimeout(() => this.#signal('SIGKILL'), graceMilliseconds);
    await this.#exited;
    clearTimeout(force);
    // What ignored the first signal would outlive the shell.
    this.#signal('SIGKILL');
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-(this.#child.pid ?? 0), signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
