import type { Fault } from './fault.ts';
import { StackByHand } from './stack-by-hand.ts';

/** A colleague deploys by hand while the tag is pushed, and goes home. */
export const stackBusy: Fault = {
  name: 'stack-busy',
  summary: "somebody else's update of the stack runs, and does not end",
  cause: 'StackBusy',
  failedStep: 'InspectStage',
  on: 'update',
  async inject(context) {
    const { cloud, stage } = context;
    const { clock } = cloud.world;
    const { scale } = clock;
    const stack = new StackByHand(context);
    let giveUp = (_reason: string) => {};
    const ended = new Promise<string>((resolve) => {
      giveUp = resolve;
    });
    cloud.hooks.resource = ({ stackName }, verb, type) =>
      stackName === stage.serviceStack && type === 'AWS::ECS::Service' && verb === 'update' ? ended : undefined;
    await stack.updateToNothing();
    await stack.reaches('UPDATE_IN_PROGRESS');
    return {
      resource: cloud.hooks.resource,
      hear({ state, event }) {
        if (state !== 'InspectStage') return;
        // Half an hour of looks at a stack: they may come faster, because no process is at work that had to keep up.
        clock.scale = event === 'entered' ? scale / 8 : scale;
      },
      async mend() {
        giveUp('the colleague came back');
        await stack.reaches('UPDATE_ROLLBACK_COMPLETE');
      },
    };
  },
};
