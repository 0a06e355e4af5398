import {
  AlreadyExistsException,
  ChangeSetNotFoundException,
  CloudFormationClient,
  CloudFormationServiceException,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  paginateDescribeStackEvents,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import type { StackEvent, Stacks } from '../contract/ports.ts';
import { defaults } from './defaults.ts';
import { stackDrift } from './stack-drift.ts';
import { stackRescue } from './stack-rescue.ts';
import { changeSetView, eventView, stackView } from './stack-views.ts';

const client = new CloudFormationClient(defaults);

export const stacks: Stacks = {
  async describe(StackName) {
    try {
      const { Stacks: found } = await client.send(new DescribeStacksCommand({ StackName }));
      return found?.[0] ? stackView(found[0]) : null;
    } catch (error) {
      if (saysThereIsNone(error)) return null;
      throw error;
    }
  },

  async template(StackName) {
    const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName, TemplateStage: 'Original' }));
    if (!TemplateBody) throw new Error(`CloudFormation returned no template of ${StackName}`);
    return TemplateBody;
  },

  async resource(StackName, type) {
    for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
      const found = StackResourceSummaries.find(
        (each) => each.ResourceType === type && each.PhysicalResourceId && each.ResourceStatus !== 'DELETE_COMPLETE',
      );
      if (found) {
        const { LogicalResourceId = '', PhysicalResourceId = '', ResourceStatus = '' } = found;
        return { logicalId: LogicalResourceId, physicalId: PhysicalResourceId, status: ResourceStatus };
      }
    }
    return null;
  },

  async events(StackName, limit) {
    const events: StackEvent[] = [];
    for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName })) {
      events.push(...StackEvents.map(eventView));
      if (events.length >= limit) break;
    }
    return events.slice(0, limit);
  },

  async createChangeSet({ stackName, name, kind, templateUrl, parameters, tags, roleArn }) {
    const input = {
      StackName: stackName,
      ChangeSetName: name,
      ClientToken: name,
      ChangeSetType: kind,
      TemplateURL: templateUrl,
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      // Roles with generated names; named ones would need CAPABILITY_NAMED_IAM and are refused so.
      Capabilities: ['CAPABILITY_IAM' as const],
      RoleARN: roleArn,
    };
    try {
      const { Id, StackId } = await client.send(new CreateChangeSetCommand(input));
      return { arn: Id ?? '', stackId: StackId ?? '' };
    } catch (error) {
      if (!(error instanceof AlreadyExistsException)) throw error;
      const existing = await client.send(new DescribeChangeSetCommand({ StackName: stackName, ChangeSetName: name }));
      return { arn: existing.ChangeSetId ?? '', stackId: existing.StackId ?? '' };
    }
  },

  async changeSet(ChangeSetName) {
    try {
      const first = await client.send(new DescribeChangeSetCommand({ ChangeSetName }));
      const changes = [...(first.Changes ?? [])];
      for (let NextToken = first.NextToken; NextToken; ) {
        const page = await client.send(new DescribeChangeSetCommand({ ChangeSetName, NextToken }));
        changes.push(...(page.Changes ?? []));
        NextToken = page.NextToken;
      }
      return changeSetView({ ...first, Changes: changes });
    } catch (error) {
      if (error instanceof ChangeSetNotFoundException || saysThereIsNone(error)) return null;
      throw error;
    }
  },

  async execute(ChangeSetName, ClientRequestToken) {
    await client.send(new ExecuteChangeSetCommand({ ChangeSetName, ClientRequestToken, DisableRollback: false }));
  },

  async deleteChangeSet(ChangeSetName) {
    await client.send(new DeleteChangeSetCommand({ ChangeSetName }));
  },

  async deleteStack(StackName, ClientRequestToken) {
    await client.send(new DeleteStackCommand({ StackName, ClientRequestToken }));
  },

  ...stackRescue(client),
  ...stackDrift(client),
};

/** CloudFormation has no error of its own for a missing stack: it is a ValidationError with this text, and any other one is no absence. */
function saysThereIsNone(error: unknown): boolean {
  return error instanceof CloudFormationServiceException && error.name === 'ValidationError' && /\bdoes not exist\b/.test(error.message);
}
