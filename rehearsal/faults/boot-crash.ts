import { crashNewImages } from './crash.ts';
import type { Fault } from './fault.ts';

/** The second night on a running stage: the breaker fired after 4.5 minutes and the rollback took the logs. */
export const bootCrash: Fault = {
  name: 'boot-crash',
  summary: 'the new version exits with a stack trace right after its start',
  cause: 'ContainerCrashed',
  on: 'update',
  history: { seconds: 270, words: '4.5 minutes to the breaker, 12 to the end, no log left' },
  inject: (context) => ({ container: crashNewImages(context) }),
};
