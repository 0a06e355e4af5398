import { ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import { crashNewImages } from './crash.ts';
import type { Fault } from './fault.ts';

/** Log lines travel by themselves and may come long after the task has stopped: until then there is not even a stream. */
export const logsLate: Fault = {
  name: 'logs-late',
  summary: 'the new version crashes, and its log arrives after the rollback',
  cause: 'ContainerCrashed',
  on: 'update',
  misses: ['task-log'],
  inject: (context) => ({
    container: crashNewImages(context),
    call(call, input) {
      if (call.operation !== 'GetLogEvents') return;
      const { logStreamName = '' } = input as { logStreamName?: string };
      const task = [...context.cloud.ecs.tasks.values()].find(({ arn }) => logStreamName.endsWith(arn.split('/').at(-1) ?? ''));
      if (task?.lastStatus === 'STOPPED')
        throw new ResourceNotFoundException({ message: 'The specified log stream does not exist.', $metadata: {} });
    },
  }),
};
