import { ServiceException } from '@aws-sdk/client-lambda';
import type { Fault } from './fault.ts';
import { firstTime, invokedBy } from './invocations.ts';

/** The worst moment to die: all was done, and nobody heard of it. Each step is done twice, and the second time must change nothing. */
export const stepCrashes: Fault = {
  name: 'step-crashes',
  summary: 'the first invocation of each step does its work, and its answer is lost',
  cause: null,
  on: 'update',
  inject({ cloud }) {
    const isFirst = firstTime();
    return {
      async call(call, input) {
        const name = invokedBy(call, input);
        if (!name || !isFirst(name)) return;
        await cloud.lambda.service.handlers['Invoke']?.(input, call);
        throw new ServiceException({ message: 'The server lost what the function answered.', Type: 'Service', $metadata: {} });
      },
    };
  },
};
