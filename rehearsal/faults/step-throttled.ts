import { TooManyRequestsException } from '@aws-sdk/client-lambda';
import type { Fault } from './fault.ts';
import { firstTime, invokedBy } from './invocations.ts';

/** A busy account: each function is refused once before it runs. The release takes longer, and nothing else. */
export const stepThrottled: Fault = {
  name: 'step-throttled',
  summary: 'Lambda refuses the first invocation of each step, because too many run',
  cause: null,
  on: 'update',
  inject() {
    const isFirst = firstTime();
    return {
      call(call, input) {
        const name = invokedBy(call, input);
        if (name && isFirst(name)) throw new TooManyRequestsException({ message: 'Rate Exceeded.', Type: 'User', $metadata: {} });
      },
    };
  },
};
