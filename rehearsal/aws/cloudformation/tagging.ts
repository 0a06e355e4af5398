import type { Permission } from '../kernel.ts';

/**
 * The types that CloudFormation tags as their stack is tagged, and what its role needs for that. Target groups are tagged, too, by
 * elasticloadbalancing:AddTags, of which the evaluation of policies knows no resource type: it is not asked for.
 */
const actions: Readonly<Record<string, string>> = {
  'AWS::ECS::Service': 'ecs:TagResource',
  'AWS::ECS::TaskDefinition': 'ecs:TagResource',
  'AWS::IAM::Role': 'iam:TagRole',
};

/**
 * What it takes to put a stack's tags on a resource, beside what the resource itself takes. Each service asks for it when something is made
 * with tags; a role that lacks it cannot make anything in a tagged stack.
 * @param own what the resource itself takes; its first resource is the one that is tagged
 */
export function tagging(type: string, tags: Readonly<Record<string, string>>, own: readonly Permission[]): Permission[] {
  const action = actions[type];
  return action && own[0] && Object.keys(tags).length > 0 ? [{ action, resource: own[0].resource }] : [];
}
