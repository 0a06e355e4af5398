/**
 * Installs the locked packages when they are not the ones the lockfile names. Runs before `npm start` and `npm test`, so
 * that both work on a fresh clone. The marker holds the lockfile's hash: a folder that merely exists proves nothing.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const marker = `${root}node_modules/.installed-lockfile`;
const wanted = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .digest('hex');

if (!existsSync(marker) || readFileSync(marker, 'utf8') !== wanted) {
  console.error('Installing the locked packages (once for each lockfile) …');
  // --include=dev: under NODE_ENV=production npm would leave out the tools that run the tests.
  const { status } = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    console.error(`The packages could not be installed (npm ci ended with ${status}). Next: see npm's message above, then try again.`);
    process.exit(2);
  }
  writeFileSync(marker, wanted);
}
