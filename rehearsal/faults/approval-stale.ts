import type { Call } from '../aws/kernel.ts';
import { isBy } from './calls.ts';
import type { Fault } from './fault.ts';

/** While a person reads what is to be approved, somebody tidies up: what the approval is about is gone when it is given. */
export const approvalStale: Fault = {
  name: 'approval-stale',
  summary: 'the change set that is approved is deleted before it can be deployed',
  cause: 'PlanStale',
  failedStep: 'LockStage',
  on: 'update',
  at: 'approval',
  inject({ cloud: { cloudformation, iam }, stage }) {
    // Not over the wire, where it would count among what the release undid.
    const ask = (operation: string, input: object, call: Call): unknown =>
      cloudformation.service.handlers[operation]?.(input, { ...call, service: 'cloudformation', operation, principal: iam.operator });
    return {
      call(call) {
        if (call.operation !== 'SendTaskSuccess' || isBy('RecordEvent', call)) return;
        const { Summaries } = ask('ListChangeSets', { StackName: stage.serviceStack }, call) as { Summaries: { ChangeSetId: string }[] };
        for (const { ChangeSetId } of Summaries) ask('DeleteChangeSet', { ChangeSetName: ChangeSetId }, call);
      },
    };
  },
};
