import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../assembly.ts';
import { processesOf } from './left-behind.ts';

/** A repository of its own that holds the tree in front of the developer, committed: what is tested is what is being worked on. */
export interface CopyOfTree {
  readonly folder: string;
  /** Full id of its one commit. */
  readonly commit: string;
  git(...args: string[]): string;
  remove(): void;
}

/** Rehearsals write below their checkout: each scenario gets its own, so that scenarios and the developer do not meet. */
export function copyOfTree(): CopyOfTree {
  // Resolved: what runs in it names itself by the real path.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'example-checkout-')));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  for (const file of filesOf(root)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file), { verbatimSymlinks: true });
  }
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('-c', 'user.name=Example', '-c', 'user.email=example@example.com', 'commit', '--quiet', '--message=Example');
  // After the commit, and hidden from git: `.gitignore` names a folder, and this is a link.
  writeFileSync(join(folder, '.git', 'info', 'exclude'), 'node_modules\n');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  shareAssemblies(folder);
  return {
    folder,
    commit: git('rev-parse', 'HEAD'),
    git,
    remove: () => {
      // None when all went well: a scenario that failed half way must not leave its rehearsal to the next.
      for (const line of processesOf(folder)) endProcess(Number.parseInt(line, 10));
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Tracked files and new ones, without what git ignores; a file that was deleted is still listed. */
const filesOf = (folder: string) =>
  execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: folder, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file && existsSync(join(folder, file)));

/** The same sources give the same assembly: synthesized once for all scenarios. */
function shareAssemblies(folder: string): void {
  const shared = join(root, '.local', 'assemblies');
  mkdirSync(shared, { recursive: true });
  mkdirSync(join(folder, '.local'));
  symlinkSync(shared, join(folder, '.local', 'assemblies'));
}
