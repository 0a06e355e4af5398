import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient } from '@aws-sdk/client-sfn';
import type { ExecutionStates } from '../contract/ports.ts';
import { defaults } from './defaults.ts';

const client = new SFNClient(defaults);

export const executionStates: ExecutionStates = {
  async status(executionArn) {
    try {
      return (await client.send(new DescribeExecutionCommand({ executionArn }))).status ?? '';
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return null;
      throw error;
    }
  },
};
