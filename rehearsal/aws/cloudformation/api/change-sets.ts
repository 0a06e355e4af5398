import type {
  ChangeSetSummary,
  CreateChangeSetInput,
  DeleteChangeSetInput,
  DescribeChangeSetInput,
  DescribeChangeSetOutput,
  ListChangeSetsInput,
  ResourceChange,
} from '@aws-sdk/client-cloudformation';
import type { Call, Handler } from '../../kernel.ts';
import { page } from '../../paging.ts';
import { ChangeSet } from '../change-set.ts';
import type { Engine } from '../engine.ts';
import { alreadyExists, invalidChangeSetStatus, notSupported, validationError } from '../errors.ts';
import { requireLegal } from '../legal-moves.ts';
import { Stack } from '../stack.ts';
import { parameterList, tagList } from './descriptions.ts';
import { bodyOf, goalOf, principalFor, refuseOptions, type Templates } from './request.ts';

const PAGE = 100;
const NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;
const REFUSED = [
  'DeploymentConfig',
  'DeploymentMode',
  'ImportExistingResources',
  'IncludeNestedStacks',
  'NotificationARNs',
  'ResourceTypes',
  'ResourcesToImport',
  'RollbackConfiguration',
];

/** All about change sets but their execution. */
export function changeSetHandlers(engine: Engine, templates: Templates): Record<string, Handler> {
  const { stacks } = engine;
  return {
    CreateChangeSet: (input: CreateChangeSetInput, call: Call) => create(engine, templates, input, call),
    DescribeChangeSet: (input: DescribeChangeSetInput) => describe(stacks.changeSet(input.ChangeSetName, input.StackName), input),
    ListChangeSets(input: ListChangeSetsInput) {
      const { items, nextToken } = page([...stacks.get(input.StackName).changeSets.values()], input.NextToken, PAGE);
      return { Summaries: items.map(summary), NextToken: nextToken };
    },
    DeleteChangeSet(input: DeleteChangeSetInput) {
      const { stack, request, id, executionStatus } = stacks.changeSet(input.ChangeSetName, input.StackName);
      if (executionStatus === 'EXECUTE_IN_PROGRESS') {
        throw invalidChangeSetStatus(`ChangeSet [${id}] cannot be deleted in its current execution status of [${executionStatus}]`);
      }
      stack.changeSets.delete(request.name);
      return {};
    },
  };
}

async function create(engine: Engine, templates: Templates, input: CreateChangeSetInput, { principal }: Call) {
  refuseOptions(input, 'CreateChangeSet', REFUSED);
  const { StackName = '', ChangeSetName: name = '', ChangeSetType: type = 'UPDATE', ClientToken: clientToken } = input;
  if (!NAME.test(name))
    throw validationError(
      `1 validation error detected: Value '${name}' at 'changeSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
    );
  if (type === 'IMPORT') throw notSupported('ChangeSetType IMPORT');
  const known = engine.stacks.find(StackName);
  checkStack(known, StackName, name, type);
  const twin = known?.changeSets.get(name);
  if (twin) {
    if (clientToken !== undefined && twin.request.clientToken === clientToken) return { Id: twin.id, StackId: twin.stack.id };
    throw alreadyExists(`ChangeSet ${name} already exists`);
  }
  if (input.OnStackFailure === 'DELETE' && type !== 'CREATE') {
    throw validationError('OnStackFailure DELETE is only valid when the ChangeSetType is CREATE.');
  }
  const goal = goalOf(engine, await bodyOf(engine, templates, principal, known, input), known, input);
  await principalFor(engine, input.RoleARN, principal);
  const stack = engine.stacks.find(StackName) ?? review(engine, StackName);
  // Its status may have changed while the template was fetched.
  checkStack(stack, StackName, name, type);
  const { RoleARN: roleArn, Description: description, OnStackFailure: onStackFailure } = input;
  const changeSet = new ChangeSet(engine, stack, { name, type, goal, roleArn, description, onStackFailure, clientToken });
  stack.changeSets.set(name, changeSet);
  void changeSet.prepare(engine);
  return { Id: changeSet.id, StackId: stack.id };
}

function checkStack(stack: Stack | undefined, stackName: string, name: string, type: 'CREATE' | 'UPDATE'): void {
  if (type === 'UPDATE') {
    if (!stack || stack.status === 'DELETE_COMPLETE') throw validationError(`Stack [${stackName}] does not exist`);
    requireLegal(stack, 'update', 'retry');
  } else if (stack && stack.status !== 'REVIEW_IN_PROGRESS') {
    throw validationError(`Stack [${stackName}] already exists and cannot be created again with the changeSet [${name}].`);
  }
}

/** A change set of type CREATE makes a stack of nothing but a name. */
function review(engine: Engine, name: string): Stack {
  if (!NAME.test(name))
    throw validationError(
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
    );
  const stack = new Stack(engine.world, name);
  engine.stacks.add(stack);
  engine.log.enter(stack, 'REVIEW_IN_PROGRESS', 'User Initiated');
  return stack;
}

function describe(changeSet: ChangeSet, { NextToken, IncludePropertyValues }: DescribeChangeSetInput): DescribeChangeSetOutput {
  const { goal, onStackFailure } = changeSet.request;
  const { items, nextToken } = page(changeSet.changes, NextToken, PAGE);
  return {
    ...summary(changeSet),
    Parameters: parameterList(goal.parameters, goal.template),
    Tags: tagList(goal.tags),
    Capabilities: goal.capabilities as DescribeChangeSetOutput['Capabilities'],
    NotificationARNs: [],
    RollbackConfiguration: {},
    OnStackFailure: onStackFailure,
    Changes: items.map((change) => (IncludePropertyValues ? change : { ...change, ResourceChange: withoutValues(change.ResourceChange!) })),
    NextToken: nextToken,
  };
}

/** Values and contexts are told only to who asks for them. */
function withoutValues({ BeforeContext: _before, AfterContext: _after, Details = [], ...rest }: ResourceChange): ResourceChange {
  return {
    ...rest,
    Details: Details.map((detail) => {
      const { Path: _path, BeforeValue: _was, AfterValue: _is, AttributeChangeType: _type, ...Target } = detail.Target ?? {};
      return { ...detail, Target };
    }),
  };
}

const summary = ({ id, request, stack, status, reason, executionStatus, createdAt }: ChangeSet): ChangeSetSummary => ({
  ChangeSetName: request.name,
  ChangeSetId: id,
  StackId: stack.id,
  StackName: stack.name,
  Description: request.description,
  CreationTime: createdAt,
  ExecutionStatus: executionStatus,
  Status: status,
  StatusReason: reason,
  IncludeNestedStacks: false,
});
