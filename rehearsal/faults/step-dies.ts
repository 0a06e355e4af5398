import { ServiceException } from '@aws-sdk/client-lambda';
import { type StepName, steps } from '../../steps/contract/steps.ts';
import { bootCrash } from './boot-crash.ts';
import type { Fault } from './fault.ts';
import { invokedBy } from './invocations.ts';
import { stackRollbackComplete } from './stack-rollback-complete.ts';

const prefix = 'step-dies-at-';

/** Steps that only a release meets whose deployment failed. */
const ofTheRescue: readonly StepName[] = ['CollectDiagnostics', 'Diagnose', 'RollBack', 'WatchRollback', 'ProveRollback', 'Report'];

/** Each step of the machine, dying for good: every invocation does its work, and no answer is ever heard. */
export const stepDies: readonly Fault[] = (Object.keys(steps) as StepName[]).map((step) => {
  const reached = ofTheRescue.includes(step) ? bootCrash : step === 'HealStack' ? stackRollbackComplete : undefined;
  return {
    name: `${prefix}${step}`,
    summary: `${step} does its work, and no answer of it is ever heard`,
    cause: 'any',
    on: reached?.on ?? 'update',
    serves: 'unsure',
    // Nothing collected is nothing sealed: production is not held hostage for it.
    withoutSeal: step === 'CollectDiagnostics',
    async inject(context) {
      const injected = await reached?.inject(context);
      return {
        ...injected,
        async call(call, input) {
          await injected?.call?.(call, input);
          if (!invokedBy(call, input)?.includes(`ReleaseMachine-${step}Function`)) return;
          await context.cloud.lambda.service.handlers['Invoke']?.(input, call);
          throw new ServiceException({ message: 'The server lost what the function answered.', Type: 'Service', $metadata: {} });
        },
      };
    },
  };
});

export const stepDiesNamed = (name: string): Fault | undefined => stepDies.find((fault) => fault.name === name);
