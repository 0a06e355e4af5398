import type { Fault } from './fault.ts';
import { StackByHand } from './stack-by-hand.ts';

/**
 * The third night: an update by hand failed, and so did its rollback. Going back fails whenever it is tried, so that the release has to leave
 * the service out, to repair it by an update and to compare it with its template.
 */
export const stackLocked: Fault = {
  name: 'stack-locked',
  summary: 'an update by hand and its rollback failed: the stack is UPDATE_ROLLBACK_FAILED',
  cause: null,
  on: 'update',
  async inject(context) {
    const { cloud, stage } = context;
    const stack = new StackByHand(context);
    const isService = (stackName: string, type: string) => stackName === stage.serviceStack && type === 'AWS::ECS::Service';
    cloud.hooks.resource = ({ stackName }, _verb, type) => (isService(stackName, type) ? 'Service did not stabilize' : undefined);
    await stack.updateToNothing();
    await stack.reaches('UPDATE_ROLLBACK_FAILED');
    return {
      resource: ({ stackName }, verb, type) =>
        isService(stackName, type) && verb === 'rollback' ? 'Service did not stabilize' : undefined,
    };
  },
};
