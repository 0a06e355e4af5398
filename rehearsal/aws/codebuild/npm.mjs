/**
 * Stands in for `npm` in a build: `npm ci` takes over the packages that the rehearsal's own checkout has installed, when both lockfiles are
 * the same, and otherwise stops. A rehearsal needs no network, so it must not pretend to have installed other packages.
 * Usage: node npm.mjs CHECKOUT PATH-OF-THE-HOST … (what npm is given). Every other command goes to the real npm.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const [checkout, hostPath, command, ...options] = process.argv.slice(2);

function hash(directory) {
  const path = join(directory, 'package-lock.json');
  return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : `none in ${directory}`;
}

function fail(message) {
  console.error(`npm (stand-in): ${message}`);
  process.exit(1);
}

if (command === 'ci') {
  const unknown = options.filter((option) => !['--include=dev', '--no-audit', '--no-fund', '--ignore-scripts'].includes(option));
  if (unknown.length) fail(`npm ci ${unknown.join(' ')} is not supported in a rehearsal`);
  const [wanted, installed] = [hash('.'), hash(checkout)];
  if (wanted !== installed) {
    fail(
      `the tag's package-lock.json (sha256 ${wanted.slice(0, 12)}) is not the one whose packages are installed (${installed.slice(0, 12)}): ` +
        'a rehearsal installs nothing. Next: check the tag out, npm ci, and rehearse from there',
    );
  }
  rmSync('node_modules', { recursive: true, force: true });
  symlinkSync(join(checkout, 'node_modules'), 'node_modules', 'dir');
  console.log('npm (stand-in): the lockfile is that of the installed packages: reused them');
} else {
  const real = hostPath
    .split(delimiter)
    .map((directory) => join(directory, 'npm'))
    .find((path) => existsSync(path));
  if (!real) fail('the host has no npm');
  const { status, signal } = spawnSync(real, [command, ...options].filter(Boolean), { stdio: 'inherit' });
  process.exit(status ?? (signal ? 143 : 1));
}
