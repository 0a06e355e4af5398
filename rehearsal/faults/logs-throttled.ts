import { ThrottlingException } from '@aws-sdk/client-cloudwatch-logs';
import { isBy } from './calls.ts';
import { crashNewImages } from './crash.ts';
import type { Fault } from './fault.ts';

/** So many reads at once that CloudWatch Logs answers none: it is asked again until the time is up, and then the rest is what there is. */
export const logsThrottled: Fault = {
  name: 'logs-throttled',
  summary: 'the new version crashes, and CloudWatch Logs refuses every read of its log as too many',
  cause: 'ContainerCrashed',
  on: 'update',
  misses: ['task-log'],
  inject: (context) => ({
    container: crashNewImages(context),
    call(call) {
      if (call.operation === 'GetLogEvents' && isBy('CollectDiagnostics', call))
        throw new ThrottlingException({ message: 'Rate exceeded', $metadata: {} });
    },
  }),
};
