import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Makes a directory of commands for one build: this very Node, and `npm` that reuses the packages of `checkout`.
 * @param folders directories of further commands, e.g. a `docker` that needs no daemon
 * @returns the PATH of the build: these first, then the host's
 */
export function toolPath(directory: string, checkout: string, folders: readonly string[]): string {
  const host = process.env.PATH ?? '';
  const npm = fileURLToPath(new URL('npm.mjs', import.meta.url));
  mkdirSync(directory, { recursive: true });
  symlinkSync(process.execPath, join(directory, 'node'));
  const script = `#!/bin/sh\nexec ${[process.execPath, npm, checkout, host].map(quote).join(' ')} "$@"\n`;
  writeFileSync(join(directory, 'npm'), script, { mode: 0o755 });
  return [directory, ...folders, host].join(delimiter);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
