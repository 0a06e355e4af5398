import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assemble } from '../../rehearsal/assembly.ts';
import { projectRoot } from '../connection.ts';

/** The tree that this command runs from, as far as an installed pipeline is compared with it. */
export interface Checkout {
  /** What this tree would deploy as a stack. Rejects when it does not synthesize, or knows no such stack. */
  readonly template: (stack: string) => Promise<string>;
  /** `0.1.0 (1a2b3c4)`; without a commit where the tree is no clone. */
  readonly version: string;
}

/** Synthesizes when the first template is asked for, in a child process; kept by the hash of the sources. */
export function openCheckout(): Checkout {
  let assembly: Promise<{ directory: string }> | undefined;
  return {
    template: async (stack) => {
      assembly ??= assemble(projectRoot);
      return readFileSync(join((await assembly).directory, `${stack}.template.json`), 'utf8');
    },
    version: versionOf(projectRoot),
  };
}

function versionOf(root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  try {
    const commit = execFileSync('git', ['rev-parse', '--short=7', 'HEAD'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return `${version} (${commit.trim()})`;
  } catch {
    return version;
  }
}
