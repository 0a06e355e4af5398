import { crashNewImages } from './crash.ts';
import type { Fault } from './fault.ts';

/** The second night as it was: the first deploy of a stage fails, and its rollback deletes everything that the stack made. */
export const firstDeployFails: Fault = {
  name: 'first-deploy-fails',
  summary: 'the very first version of a stage exits right after its start',
  cause: 'ContainerCrashed',
  on: 'first-deploy',
  history: { seconds: 270, words: '4.5 minutes to the breaker, 12 to the end, no log left' },
  inject: (context) => ({ container: crashNewImages(context) }),
};
