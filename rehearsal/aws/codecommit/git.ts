import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Git as it is, without its user: no global hooks path, no signing, no credential helper, no prompt. Some checkouts belong to another user
 * (a mounted folder in a container); we only read them, so every directory counts as safe.
 */
const environment = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'safe.directory',
  GIT_CONFIG_VALUE_0: '*',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'example',
  GIT_AUTHOR_EMAIL: 'example@example.com',
  GIT_COMMITTER_NAME: 'example',
  GIT_COMMITTER_EMAIL: 'example@example.com',
  LC_ALL: 'C',
};

/** Git ended with an exit code other than 0. The message holds what it printed. */
export class GitError extends Error {
  override readonly name = 'GitError';
  readonly exitCode: number;

  constructor(args: readonly string[], exitCode: number, stderr: string) {
    super(`git ${args[0]} ended with ${exitCode}: ${stderr.trim()}`);
    this.exitCode = exitCode;
  }
}

/** Runs git and gives its standard output as bytes. Throws GitError. */
export function gitBytes(args: readonly string[], directory: string, extra: Readonly<Record<string, string>> = {}): Promise<Buffer> {
  const options = {
    cwd: directory,
    env: { PATH: process.env.PATH, ...environment, ...extra },
    encoding: 'buffer' as const,
    maxBuffer: 64 * 1024 * 1024,
  };
  return new Promise((resolve, reject) => {
    execFile('git', [...args], options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const code = typeof error.code === 'number' ? error.code : 128 + (error.signal ? constants.signals[error.signal] : 0);
      reject(error.code === 'ENOENT' ? error : new GitError(args, code, stderr.toString()));
    });
  });
}

/** Runs git and gives its standard output without the last line break. Throws GitError. */
export async function git(args: readonly string[], directory: string, extra: Readonly<Record<string, string>> = {}): Promise<string> {
  return (await gitBytes(args, directory, extra)).toString().replace(/\n$/, '');
}

/**
 * Checks a commit out of a repository of this machine. A working tree that an earlier checkout of it left is brought to this one, as by a
 * source cache of CodeBuild's: what did not change is not written again, and nothing else that was there stays. Throws GitError.
 */
export async function checkOut(repository: string, commit: string, into: string): Promise<void> {
  const shared = join(into, '.git', 'objects', 'info', 'alternates');
  if (existsSync(shared) && readFileSync(shared, 'utf8').trim() === join(repository, 'objects')) {
    // What is left of a build that was killed may stand in the way: then it is begun anew.
    const brought = await bring(into, commit).then(
      () => true,
      () => false,
    );
    if (brought) return;
  }
  rmSync(into, { recursive: true, force: true });
  await git(['clone', '--quiet', '--shared', '--no-checkout', repository, into], dirname(repository));
  await git(['checkout', '--quiet', '--detach', commit], into);
}

/** Hooks that a build wrote are not run. */
async function bring(into: string, commit: string): Promise<void> {
  const quietly = (...words: string[]) => git(['-c', 'core.hooksPath=/dev/null', ...words], into);
  await quietly('fetch', '--quiet', '--force', '--prune', '--prune-tags', 'origin');
  await quietly('checkout', '--quiet', '--force', '--detach', commit);
  await quietly('clean', '--quiet', '-ffdx');
}

/** As `git`, but undefined where git says no (an unknown revision, a missing path). */
export async function gitMaybe(args: readonly string[], directory: string): Promise<string | undefined> {
  try {
    return await git(args, directory);
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}
