import type { Call, Hooks } from '../aws/kernel.ts';

/** Whether a step of the machine makes a call, by the role that it alone has. */
export const isBy = (step: string, { principal }: Pick<Call, 'principal'>): boolean => principal.arn.includes(`ReleaseMachine-${step}Role`);

/** Does something once, after everything was checked and right before the release executes its change set. */
export function beforeDeploy(happens: () => void | Promise<void>): Pick<Hooks, 'call'> {
  let happened = false;
  return {
    async call(call) {
      if (happened || call.operation !== 'ExecuteChangeSet' || !isBy('Deploy', call)) return;
      happened = true;
      await happens();
    },
  };
}
