import { beforeDeploy } from './calls.ts';
import type { Fault } from './fault.ts';

/** A lifecycle rule of the registry, or somebody who tidies up, takes the image away that was just verified. */
export const imageMissing: Fault = {
  name: 'image-missing',
  summary: 'the image disappears from the registry before the new tasks pull it',
  cause: 'ImagePullFailed',
  failedStep: 'WatchDeployment',
  on: 'update',
  inject: ({ cloud: { ecr }, tag }) =>
    beforeDeploy(() => {
      for (const { images } of ecr.repositories.values())
        for (const { digest, tags } of [...images.values()]) if (tags.has(tag)) images.delete(digest);
    }),
};
