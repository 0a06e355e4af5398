import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { DriftRecords } from '../contract/operator-ports.ts';
import { defaults } from './defaults.ts';

const client = new CloudFormationClient(defaults);

export const driftRecords: DriftRecords = {
  async last(StackName) {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    if (!stack) throw new Error(`CloudFormation described no stack ${StackName}`);
    const { StackDriftStatus: status = 'UNKNOWN', LastCheckTimestamp: at } = stack.DriftInformation ?? {};
    return { status, at: at?.toISOString() ?? null };
  },
};
