import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Manifest } from '../../steps/contract/failure.ts';
import type { StackView, TaskView } from '../../steps/contract/ports.ts';
import type { Rehearsed } from './run-release.ts';

/** One file of the kept bundle. Throws when the rehearsal kept none. */
export function readKept({ json }: Rehearsed, name: string): string {
  if (!json.diagnostics) throw new Error('the rehearsal kept no bundle');
  return readFileSync(join(json.diagnostics.location, name), 'utf8');
}

export const readManifest = (run: Rehearsed): Manifest => Manifest.parse(JSON.parse(readKept(run, 'manifest.json')));
export const readStack = (run: Rehearsed) => JSON.parse(readKept(run, 'stack.json')) as StackView;
export const readStoppedTasks = (run: Rehearsed) => JSON.parse(readKept(run, 'stopped-tasks.json')) as TaskView[];

/** The logs of all tasks, one text. */
export function readLogs(run: Rehearsed): string {
  const folder = join(run.json.diagnostics?.location ?? '', 'logs');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n');
}

/** Objects of the manifest whose kept file is not what was sealed. */
export function altered(run: Rehearsed): string[] {
  return readManifest(run)
    .objects.filter(({ key, sha256, bytes }) => {
      // The folder that was kept is the bundle: its path ends as the keys begin.
      const [, name = ''] = key.split(`${bundleName(run)}/`);
      const body = readFileSync(join(run.json.diagnostics?.location ?? '', name));
      return body.length !== bytes || createHash('sha256').update(body).digest('hex') !== sha256;
    })
    .map(({ key }) => key);
}

/** `staging/WatchDeployment.ContainerCrashed` */
const bundleName = ({ json }: Rehearsed) => json.diagnostics?.location.split('/').slice(-2).join('/') ?? '';
