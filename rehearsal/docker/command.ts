import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Makes a `docker` command that needs no daemon.
 * @param home the rehearsal's own folder: images, containers and pid files lie below it
 * @returns the folder to put first on PATH
 */
export function dockerCommand(home: string): string {
  const folder = join(home, 'bin');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'docker');
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const script = fileURLToPath(new URL('./docker.mjs', import.meta.url));
  const lines = [
    '#!/bin/sh',
    `export DOCKER_STAND_IN_HOME=${quoted(join(home, 'docker'))} DOCKER_STAND_IN_PIDS=${quoted(join(home, 'pids'))}`,
    `exec ${quoted(process.execPath)} ${quoted(script)} "$@"`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  chmodSync(file, 0o755);
  return folder;
}
