import { crashNewImages } from './crash.ts';
import type { Fault } from './fault.ts';

/** The second night on a running stage: the breaker fired after 4.5 minutes and the rollback took the logs. */
export const bootCrash: Fault = {
  name: 'boot-crash',
  summary: 'the new version exits with a stack trace right after its start',
  cause: 'ContainerCrashed',
  on: 'update',
  inject: (context) => ({ container: crashNewImages(context) }),
};
