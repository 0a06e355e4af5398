import type { Fault } from './fault.ts';
import { StackByHand } from './stack-by-hand.ts';

/** A service of a task definition that is not there: it cannot come into being. */
const template = {
  Resources: { Service: { Type: 'AWS::ECS::Service', Properties: { Cluster: 'example', TaskDefinition: 'example:1', DesiredCount: 1 } } },
};

/** What a first deploy by hand left behind: nothing runs, and nothing but delete is legal. */
export const stackRollbackComplete: Fault = {
  name: 'stack-rollback-complete',
  summary: 'a first deploy by hand failed earlier: the stack is ROLLBACK_COMPLETE',
  cause: null,
  on: 'first-deploy',
  async inject(context) {
    const stack = new StackByHand(context);
    await stack.execute(await stack.changeSet({ ChangeSetType: 'CREATE', TemplateBody: JSON.stringify(template) }));
    await stack.reaches('ROLLBACK_COMPLETE');
    return {};
  },
};
