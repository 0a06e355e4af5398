import type { Fault } from './fault.ts';

export const approvalRejected: Fault = {
  name: 'approval-rejected',
  summary: 'a person says no',
  cause: 'ApprovalRejected',
  // The wake-up itself decides nothing: the recorded decision is read before anything is done.
  failedStep: 'LockStage',
  on: 'update',
  at: 'approval',
  approve: 'no',
  inject: () => ({}),
};
