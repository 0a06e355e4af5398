import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import semver from 'semver';

const exec = promisify(execFile);

/** What is released: a commit of the user's checkout, which is only ever read. */
export interface Checkout {
  readonly root: string;
  readonly commit: string;
  /** Files that differ from the commit; they are not released. */
  readonly changedFiles: number;
  /** `v<package version>` */
  readonly defaultTag: string;
}

/** Rejects when the folder is no git repository or has no commit. */
export async function readCheckout(root: string): Promise<Checkout> {
  const git = async (...args: string[]) => (await exec('git', args, { cwd: root })).stdout.trim();
  const commit = await git('rev-parse', 'HEAD').catch(() => {
    throw new Error(`${root} has no commit to release. Next: git init && git add . && git commit`);
  });
  const [status, manifest] = await Promise.all([git('status', '--porcelain'), readFile(join(root, 'package.json'), 'utf8')]);
  return {
    root,
    commit,
    changedFiles: status ? status.split('\n').length : 0,
    defaultTag: `v${(JSON.parse(manifest) as { version: string }).version}`,
  };
}

/** A tag just below, under which the same commit is released first when a fault is about an update. Nothing is below v0.0.0-0. */
export function tagBelow(tag: string): string {
  const { major, minor, patch } = new semver.SemVer(tag.slice(1));
  if (patch > 0) return `v${major}.${minor}.${patch - 1}`;
  if (minor > 0) return `v${major}.${minor - 1}.0`;
  if (major > 0) return `v${major - 1}.0.0`;
  return 'v0.0.0-0';
}
