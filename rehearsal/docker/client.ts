import { execFile } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DockerDaemon } from './daemon.ts';

const execute = promisify(execFile);
const maxBuffer = 16 * 2 ** 20;

/** Speaks to a daemon with a configuration of the rehearsal's own: the user's logins stay as they are, and their proxies reach no container. */
export class DockerClient {
  /** What precedes every command. */
  readonly options: readonly string[];
  private readonly config: string;

  /** @param home the rehearsal's own folder */
  constructor({ host }: DockerDaemon, home: string) {
    this.config = join(home, 'docker-config');
    this.options = ['--host', host, '--config', this.config];
    mkdirSync(this.config, { recursive: true });
  }

  /** Runs one command. Rejects with what docker said. @param environment variables of the command, for values that its arguments must not show */
  async run(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
    const env = { ...process.env, ...environment, PATH: process.env['PATH'] };
    const { stdout } = await execute('docker', [...this.options, ...words], { env, maxBuffer }).catch(
      (error: { stderr?: string; message: string }) => {
        throw new Error((error.stderr || error.message).trim(), { cause: error });
      },
    );
    return stdout.trim();
  }

  /** Runs one command for its exit code alone. @returns 124 when it took too long */
  async exitCode(words: readonly string[], timeoutMilliseconds: number): Promise<number> {
    return execute('docker', [...this.options, ...words], { timeout: timeoutMilliseconds, maxBuffer }).then(
      () => 0,
      (error: { code?: number | string; killed?: boolean }) => (error.killed ? 124 : Number(error.code) || 1),
    );
  }

  /** As `docker login`, without asking the registry. @param auth base64 of `user:password` */
  logIn(registry: string, auth: string): void {
    const file = join(this.config, 'config.json');
    // In one move: another command may be reading it, and half a file holds no credentials.
    writeFileSync(`${file}.new`, JSON.stringify({ auths: { [registry]: { auth } } }), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}
