import type { ContainerStart } from '../aws/kernel.ts';
import type { FaultContext } from './fault.ts';
import { isNewVersion } from './new-version.ts';

/** A program that explains itself and dies, as a service with a broken configuration does at start. */
const crash = [
  'node',
  '-e',
  [
    "console.log(JSON.stringify({ level: 'info', msg: 'starting' }));",
    'const settings = undefined;',
    'setTimeout(() => { settings.port; }, 50);',
  ].join(' '),
] as const;

/** Makes every container of the stage crash whose image is not one that served before. */
export function crashNewImages(context: Pick<FaultContext, 'stage' | 'knownDigests'>) {
  const isNew = isNewVersion(context);
  return (start: ContainerStart): { command: readonly string[] } | undefined => (isNew(start) ? { command: crash } : undefined);
}
