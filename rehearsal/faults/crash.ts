import type { ContainerStart } from '../aws/kernel.ts';
import type { FaultContext } from './fault.ts';

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
export const crashNewImages =
  ({ stage, knownDigests }: Pick<FaultContext, 'stage' | 'knownDigests'>) =>
  ({ image, serviceName }: ContainerStart): { command: readonly string[] } | undefined =>
    serviceName?.startsWith(`${stage.serviceStack}-`) && !knownDigests.has(digestOf(image)) ? { command: crash } : undefined;

export const digestOf = (image: string) => image.slice(image.indexOf('@') + 1);
