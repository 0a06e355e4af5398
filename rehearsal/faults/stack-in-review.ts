import type { Fault } from './fault.ts';
import { StackByHand } from './stack-by-hand.ts';

/** A change set that could not be computed leaves a stack of nothing but a name; a CREATE change set of another name is still taken. */
const template = {
  Resources: { Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'example' } } },
  Outputs: { Owner: { Value: { 'Fn::ImportValue': 'example-of-nobody' } } },
};

export const stackInReview: Fault = {
  name: 'stack-in-review',
  summary: 'a change set that failed left the stack REVIEW_IN_PROGRESS',
  cause: null,
  on: 'first-deploy',
  async inject(context) {
    const stack = new StackByHand(context);
    await stack.changeSet({ ChangeSetType: 'CREATE', TemplateBody: JSON.stringify(template) });
    await stack.reaches('REVIEW_IN_PROGRESS');
    return {};
  },
};
