import { DescribeExecutionCommand, ExecutionDoesNotExist, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { ExecutionLookup } from '../contract/operator-ports.ts';
import { defaults } from './defaults.ts';

const client = new SFNClient(defaults);

export const executionLookup = (stateMachineArn: string): ExecutionLookup => ({
  async find(name) {
    const arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    try {
      const { status = '' } = await client.send(new DescribeExecutionCommand({ executionArn: arn }));
      return { arn, name, status };
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return null;
      throw error;
    }
  },

  async recent(statusFilter) {
    const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter, maxResults: 100 }));
    return executions.map(({ executionArn = '', name = '', status = '' }) => ({ arn: executionArn, name, status }));
  },
});
