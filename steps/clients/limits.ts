import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Limits } from '../contract/operator-ports.ts';
import { defaults } from './defaults.ts';

const client = new LambdaClient(defaults);

export const limits: Limits = {
  async concurrency() {
    const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
    const most = AccountLimit?.ConcurrentExecutions;
    if (most === undefined) throw new Error('Lambda did not say how many functions may run at once');
    return most;
  },
};
