import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { defaults } from './defaults.ts';

const client = new STSClient(defaults);

/** ARN of whoever's credentials these are. */
export async function callerArn(): Promise<string> {
  const { Arn } = await client.send(new GetCallerIdentityCommand({}));
  if (!Arn) throw new Error('STS did not say whose credentials these are');
  return Arn;
}
