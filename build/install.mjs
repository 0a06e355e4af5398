/**
 * Installs the locked packages when they are not the ones the lockfile names. Runs before `npm start` and `npm test`, so
 * that both work on a fresh clone. The marker holds the lockfile's hash: a folder that merely exists proves nothing.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const marker = `${root}node_modules/.installed-lockfile`;
/** Outside node_modules, which an installation removes. */
const lockFile = `${root}.local/install.lock`;
const wanted = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .digest('hex');

const isInstalled = () => existsSync(marker) && readFileSync(marker, 'utf8') === wanted;

/** One at a time: two installations in one folder leave half of each. A lock whose holder no longer runs is taken over. */
async function lock() {
  for (;;) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const holder = holderOf();
      if (holder && !runs(holder)) rmSync(lockFile, { force: true });
      else await sleep(200);
    }
  }
}

/** undefined when it is just being taken or freed. */
function holderOf() {
  try {
    return Number(readFileSync(lockFile, 'utf8')) || undefined;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  }
}

function runs(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

if (!isInstalled()) {
  mkdirSync(dirname(lockFile), { recursive: true });
  await lock();
  try {
    if (!isInstalled()) install();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function install() {
  console.error('Installing the locked packages (once for each lockfile) …');
  // What npm leaves behind when it is interrupted must not be taken for what the lockfile names.
  rmSync(marker, { force: true });
  // --include=dev: under NODE_ENV=production npm would leave out the tools that run the tests.
  const { status } = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) writeFileSync(marker, wanted);
  else {
    console.error(`The packages could not be installed (npm ci ended with ${status}). Next: see npm's message above, then try again.`);
    process.exitCode = 2;
  }
}
