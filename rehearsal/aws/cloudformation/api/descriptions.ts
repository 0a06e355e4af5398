import type {
  DescribeStackResourceInput,
  DescribeStackResourcesInput,
  DescribeStacksInput,
  ListExportsInput,
  ListStackResourcesInput,
  ListStacksInput,
  Parameter,
  Stack as StackDescription,
  StackDriftInformation,
  StackSummary,
  Tag,
} from '@aws-sdk/client-cloudformation';
import type { Handler } from '../../kernel.ts';
import { page } from '../../paging.ts';
import { validationError } from '../errors.ts';
import { allExports } from '../exports.ts';
import type { ParameterValues } from '../parameters.ts';
import type { Resource, Stack } from '../stack.ts';
import type { Stacks } from '../stacks.ts';
import type { Template } from '../template.ts';

const PAGE = 100;
export const noStackWithId = (name: string): string => `Stack with id ${name} does not exist`;

/** What stacks, their resources and their exports are now. */
export function descriptionHandlers(stacks: Stacks): Record<string, Handler> {
  return {
    DescribeStacks({ StackName, NextToken }: DescribeStacksInput) {
      const found = StackName === undefined ? stacks.live() : [stacks.get(StackName, noStackWithId)];
      const { items, nextToken } = page(found, NextToken, PAGE);
      return { Stacks: items.map(describeStack), NextToken: nextToken };
    },
    ListStacks({ StackStatusFilter: wanted = [], NextToken }: ListStacksInput) {
      const found = stacks.all().filter(({ status }) => wanted.length === 0 || wanted.includes(status));
      const { items, nextToken } = page(found.reverse(), NextToken, PAGE);
      return { StackSummaries: items.map(summarize), NextToken: nextToken };
    },
    DescribeStackResources({ StackName, LogicalResourceId, PhysicalResourceId }: DescribeStackResourcesInput) {
      const stack = StackName === undefined ? ownerOf(stacks, PhysicalResourceId) : stacks.get(StackName, noStackWithId);
      const all = [...stack.resources.values()].filter(
        ({ logicalId }) => LogicalResourceId === undefined || logicalId === LogicalResourceId,
      );
      if (LogicalResourceId !== undefined && all.length === 0) throw noResource(LogicalResourceId, stack.name);
      return { StackResources: all.slice(0, PAGE).map((each) => ({ ...resource(each, stack), ...of(stack), Timestamp: each.changedAt })) };
    },
    DescribeStackResource({ StackName, LogicalResourceId = '' }: DescribeStackResourceInput) {
      const stack = stacks.get(StackName, noStackWithId);
      const found = stack.resources.get(LogicalResourceId);
      if (!found) throw noResource(LogicalResourceId, stack.name);
      const { Metadata = {} } = found.definition;
      return {
        StackResourceDetail: {
          ...resource(found, stack),
          ...of(stack),
          LastUpdatedTimestamp: found.changedAt,
          Metadata: JSON.stringify(Metadata),
        },
      };
    },
    ListStackResources({ StackName, NextToken }: ListStackResourcesInput) {
      const stack = stacks.get(StackName, noStackWithId);
      const { items, nextToken } = page([...stack.resources.values()], NextToken, PAGE);
      return {
        StackResourceSummaries: items.map((each) => ({ ...resource(each, stack), LastUpdatedTimestamp: each.changedAt })),
        NextToken: nextToken,
      };
    },
    ListExports({ NextToken }: ListExportsInput) {
      const { items, nextToken } = page(allExports(stacks), NextToken, PAGE);
      return {
        Exports: items.map(({ name, value, stackId }) => ({ Name: name, Value: value, ExportingStackId: stackId })),
        NextToken: nextToken,
      };
    },
  };
}

const noResource = (logicalId: string, stackName: string) => validationError(`Resource ${logicalId} does not exist for stack ${stackName}`);

function ownerOf(stacks: Stacks, physicalId: string | undefined): Stack {
  const owner = physicalId === undefined ? undefined : stacks.owning(physicalId);
  if (!owner) throw validationError(`Stack for ${physicalId} does not exist`);
  return owner;
}

const of = ({ name, id }: Stack) => ({ StackName: name, StackId: id });

const resource = ({ logicalId, physicalId, type, status, reason }: Resource, { drift }: Stack) => ({
  LogicalResourceId: logicalId,
  PhysicalResourceId: physicalId,
  ResourceType: type,
  ResourceStatus: status,
  ResourceStatusReason: reason,
  DriftInformation: {
    StackResourceDriftStatus:
      drift?.drifts.find(({ LogicalResourceId }) => LogicalResourceId === logicalId)?.StackResourceDriftStatus ?? ('NOT_CHECKED' as const),
  },
});

function summarize(stack: Stack): StackSummary {
  return {
    ...of(stack),
    TemplateDescription: stack.goal?.template.Description,
    CreationTime: stack.createdAt,
    LastUpdatedTime: stack.updatedAt,
    DeletionTime: stack.deletedAt,
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
    DriftInformation: driftOf(stack),
    LastOperations: lastOperations(stack),
  };
}

const driftOf = ({ drift }: Stack): StackDriftInformation =>
  drift?.result ? { StackDriftStatus: drift.result, LastCheckTimestamp: drift.at } : { StackDriftStatus: 'NOT_CHECKED' };

function describeStack(stack: Stack): StackDescription {
  const { goal } = stack;
  return {
    ...of(stack),
    Description: goal?.template.Description,
    Parameters: goal ? parameterList(goal.parameters, goal.template) : [],
    CreationTime: stack.createdAt,
    LastUpdatedTime: stack.updatedAt,
    DeletionTime: stack.deletedAt,
    RollbackConfiguration: {},
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
    DisableRollback: stack.disableRollback,
    NotificationARNs: [],
    Capabilities: (goal?.capabilities ?? []) as StackDescription['Capabilities'],
    Outputs: [...stack.outputs],
    RoleARN: stack.roleArn,
    Tags: tagList(goal?.tags ?? {}),
    EnableTerminationProtection: stack.terminationProtection,
    DriftInformation: driftOf(stack),
    LastOperations: lastOperations(stack),
  };
}

/** The newest of each type. */
const lastOperations = ({ operations }: Stack) =>
  [...new Map(operations.map(({ type, id }) => [type, { OperationType: type, OperationId: id }])).values()].reverse();

export const parameterList = (values: ParameterValues, { Parameters = {} }: Template): Parameter[] =>
  Object.entries(values).map(([ParameterKey, value]) => ({
    ParameterKey,
    ParameterValue: String(Parameters[ParameterKey]?.NoEcho) === 'true' ? '****' : value,
  }));

export const tagList = (tags: Readonly<Record<string, string>>): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
