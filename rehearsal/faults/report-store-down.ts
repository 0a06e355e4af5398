import { isBy } from './calls.ts';
import { crashNewImages } from './crash.ts';
import { storeDown } from './diagnostics-store-down.ts';
import type { Fault } from './fault.ts';

/** The store fails after the rollback: nobody finds a report there, and everybody is told the outcome all the same. */
export const reportStoreDown: Fault = {
  name: 'report-store-down',
  summary: 'the new version crashes, and the store takes no report',
  cause: 'ContainerCrashed',
  on: 'update',
  inject: (context) => ({
    container: crashNewImages(context),
    call(call) {
      if (call.service === 's3' && call.operation === 'PutObject' && isBy('Report', call)) throw storeDown();
    },
  }),
};
