import { tagging } from '../../../rehearsal/aws/cloudformation/tagging.ts';

const own = [
  { action: 'ecs:RegisterTaskDefinition', resource: 'arn:aws:ecs:us-east-1:111122223333:task-definition/example:*' },
  { action: 'iam:PassRole', resource: 'arn:aws:iam::111122223333:role/example' },
];

describe('the tags of a stack', () => {
  it('are asked for on the resource that is made', () => {
    expect(tagging('AWS::ECS::TaskDefinition', { 'release:tag': 'v1.2.3' }, own)).toEqual([
      { action: 'ecs:TagResource', resource: own[0]?.resource },
    ]);
  });

  it('ask for nothing when there are none', () => {
    expect(tagging('AWS::ECS::TaskDefinition', {}, own)).toEqual([]);
  });

  it('do not reach what cannot be tagged', () => {
    expect(tagging('AWS::ApplicationAutoScaling::ScalingPolicy', { 'release:tag': 'v1.2.3' }, own)).toEqual([]);
  });
});
