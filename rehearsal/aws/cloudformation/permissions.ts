import { randomUUID } from 'node:crypto';
import type { Permission, World } from '../kernel.ts';
import type { Stacks } from './stacks.ts';

interface Input {
  readonly StackName?: string;
  readonly ChangeSetName?: string;
  readonly RoleARN?: string;
  readonly TemplateURL?: string;
  readonly PhysicalResourceId?: string;
}

const ON_A_STACK = [
  'CancelUpdateStack',
  'ContinueUpdateRollback',
  'CreateChangeSet',
  'DeleteChangeSet',
  'DeleteStack',
  'DescribeChangeSet',
  'DescribeEvents',
  'DescribeStackEvents',
  'DescribeStackResource',
  'DescribeStackResourceDrifts',
  'DescribeStackResources',
  'DescribeStacks',
  'ExecuteChangeSet',
  'GetTemplate',
  'GetTemplateSummary',
  'ListChangeSets',
  'ListStackResources',
  'RollbackStack',
  'UpdateTerminationProtection',
] as const;

/** What each operation asks of its caller. */
export function permissions(world: World, stacks: Stacks): Record<string, (input: Input) => Permission[]> {
  const { partition, region, account } = world;
  // A stack that does not exist yet is asked for under the id that it would get.
  const unborn = (name: string) => `arn:${partition}:cloudformation:${region}:${account}:stack/${name}/${randomUUID()}`;
  const stackArn = ({ StackName, ChangeSetName, PhysicalResourceId }: Input): string => {
    if (StackName !== undefined) return stacks.find(StackName)?.id ?? (StackName.startsWith('arn:') ? StackName : unborn(StackName));
    if (ChangeSetName?.startsWith('arn:')) return stacks.changeSetById(ChangeSetName)?.stack.id ?? '*';
    return (PhysicalResourceId === undefined ? undefined : stacks.owning(PhysicalResourceId)?.id) ?? '*';
  };
  const onStack = (operation: string) => (input: Input) => [
    { action: `cloudformation:${operation}`, resource: stackArn(input), context: contextOf(input) },
    ...passRole(input),
  ];
  const onAll = (operation: string) => () => [{ action: `cloudformation:${operation}`, resource: '*' }];
  return {
    ...Object.fromEntries(ON_A_STACK.map((operation) => [operation, onStack(operation)])),
    DescribeStackDriftDetectionStatus: onAll('DescribeStackDriftDetectionStatus'),
    DetectStackDrift: (input) => ['DetectStackDrift', 'DetectStackResourceDrift'].flatMap((operation) => onStack(operation)(input)),
    ListExports: onAll('ListExports'),
    ListStacks: onAll('ListStacks'),
  };
}

/** Condition keys that AWS fills in for these operations. */
function contextOf({ ChangeSetName, RoleARN, TemplateURL }: Input): Record<string, string> | undefined {
  const context = {
    ...(ChangeSetName === undefined ? {} : { 'cloudformation:ChangeSetName': ChangeSetName }),
    ...(RoleARN === undefined ? {} : { 'cloudformation:RoleArn': RoleARN }),
    ...(TemplateURL === undefined ? {} : { 'cloudformation:TemplateUrl': TemplateURL }),
  };
  return Object.keys(context).length > 0 ? context : undefined;
}

const passRole = ({ RoleARN }: Input): Permission[] =>
  RoleARN === undefined
    ? []
    : [{ action: 'iam:PassRole', resource: RoleARN, context: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } }];
