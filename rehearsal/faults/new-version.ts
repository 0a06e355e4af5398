import type { FaultContext } from './fault.ts';

export const digestOf = (image: string) => image.slice(image.indexOf('@') + 1);

/** Whether a container of the stage, or the target that it became, runs an image that did not serve before. */
export const isNewVersion =
  ({ stage, knownDigests }: Pick<FaultContext, 'stage' | 'knownDigests'>) =>
  ({ image, serviceName }: { readonly image: string; readonly serviceName?: string }): boolean =>
    serviceName?.startsWith(`${stage.serviceStack}-`) === true && !knownDigests.has(digestOf(image));
