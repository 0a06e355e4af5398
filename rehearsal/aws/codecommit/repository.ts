import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { git, gitMaybe } from './git.ts';

const hook = fileURLToPath(new URL('proc-receive.mjs', import.meta.url));

/** One bare repository on disk. */
export interface Repository {
  readonly name: string;
  /** A UUID: what CloudFormation's Ref gives. */
  readonly id: string;
  readonly description?: string;
  readonly createdAt: Date;
  /** A real git repository: clone it, push to it. */
  readonly directory: string;
}

/**
 * Creates a bare repository whose every push is reported to `notifyUrl`.
 * Needs git 2.29 or newer: older ones ignore the hook, and a push would start nothing.
 */
export async function createRepository(directory: string, name: string, notifyUrl: string, description?: string): Promise<Repository> {
  await requireGit();
  mkdirSync(directory, { recursive: true });
  await git(['init', '--quiet', '--bare', '--initial-branch=main', directory], directory);
  await git(['config', 'receive.procReceiveRefs', 'refs'], directory);
  // A hooks path in the pusher's own configuration would otherwise win, and the push would raise no event.
  await git(['config', 'core.hooksPath', join(directory, 'hooks')], directory);
  mkdirSync(join(directory, 'hooks'), { recursive: true });
  const script = `#!/bin/sh\nexec ${[process.execPath, hook, notifyUrl].map(quote).join(' ')}\n`;
  writeFileSync(join(directory, 'hooks', 'proc-receive'), script, { mode: 0o755 });
  return { name, id: randomUUID(), description, createdAt: new Date(), directory };
}

/** The commit that a specifier names (a branch, a tag of either kind, a full ref, an id), or undefined. */
export function resolveCommit(repository: Repository, specifier: string): Promise<string | undefined> {
  if (specifier.startsWith('-')) return Promise.resolve(undefined);
  return gitMaybe(['rev-parse', '--verify', '--quiet', '--end-of-options', `${specifier}^{commit}`], repository.directory);
}

async function requireGit(): Promise<void> {
  const version = await git(['--version'], '.');
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version)?.slice(1) ?? []).map(Number);
  if (major * 1000 + minor < 2029) throw new Error(`${version}: expected git 2.29 or newer, whose proc-receive hook can refuse a push`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
