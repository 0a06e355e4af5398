import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { ExecutionHistory } from '../contract/ports.ts';
import { defaults } from './defaults.ts';
import { historyAfter } from './execution-history.ts';

const client = new SFNClient(defaults);

export const executionHistory: ExecutionHistory = {
  async read(arn) {
    const found = await client.send(new DescribeExecutionCommand({ executionArn: arn }));
    return {
      arn,
      name: found.name ?? '',
      status: found.status ?? '',
      input: found.input ?? '',
      error: found.error ?? null,
      cause: found.cause ?? null,
      events: await historyAfter(arn, 0),
    };
  },
};
