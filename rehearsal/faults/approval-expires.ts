import { setTimeout as sleep } from 'node:timers/promises';
import { approvalHours } from '../../steps/contract/patience.ts';
import type { Fault } from './fault.ts';

/** AWS seconds that are left of the wait when all others were skipped. */
const left = 60;

export const approvalExpires: Fault = {
  name: 'approval-expires',
  summary: 'nobody decides in time',
  cause: 'ApprovalExpired',
  failedStep: 'RequestApproval',
  on: 'update',
  at: 'approval',
  approve: 'nobody',
  inject({ cloud: { world } }) {
    let waits = false;
    return {
      async hear({ state, event }) {
        waits = state === 'RequestApproval' && event === 'entered';
        // The wait begins a moment after its state. Once it is short, it is skipped no more.
        for (; waits; await sleep(100, undefined, { ref: false })) world.clock.skip(approvalHours * 3600 - left);
      },
    };
  },
};
