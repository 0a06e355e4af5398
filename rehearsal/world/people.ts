import { LambdaClient } from '@aws-sdk/client-lambda';
import type { Cloud } from '../aws/cloud.ts';
import type { Credentials } from '../aws/iam/iam.ts';

/** People of the rehearsal beside the one at the terminal, who may do everything: each with the rights that a real one would have. */
export interface People {
  /** May decide about releases, and nothing else. */
  readonly approver: Credentials;
}

/** Stack of their roles, so that nobody takes them for roles of the pipeline. */
export const peopleStack = 'RehearsalPeople';

/**
 * Makes the roles of people, in a stack of their own, and gives one a session of each.
 * @param approversPolicy ARN of the managed policy that the machine stack exports
 */
export async function playPeople({ cloudformation, iam }: Pick<Cloud, 'cloudformation' | 'iam'>, approversPolicy: string): Promise<People> {
  const trust = { Effect: 'Allow', Principal: { AWS: iam.operator.arn }, Action: 'sts:AssumeRole' };
  const role = (ManagedPolicyArns: string[]) => ({
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] }, ManagedPolicyArns },
  });
  const output = (id: string) => ({ Value: { 'Fn::GetAtt': [id, 'Arn'] } });
  const roles = { Approver: role([approversPolicy]), Stranger: role([]) };
  const Outputs = Object.fromEntries(Object.keys(roles).map((id) => [id, output(id)]));
  const template = JSON.stringify({ Resources: roles, Outputs });
  const arns = await cloudformation.deploy({ stackName: peopleStack, template });
  return { approver: await iam.assumeRole(iam.operator, arns['Approver'] ?? '', 'approver') };
}

/** Looks what waits for approval of a tag, and decides, as people's commands do. Rejects with the endpoint's answer when it refuses. */
export async function decideAs(person: Credentials, address: string, tag: string, decision: 'approved' | 'rejected'): Promise<void> {
  const { request } = (await call(person, `${address}?tag=${tag}`)) as { request: { id: string } };
  await call(person, address, JSON.stringify({ id: request.id, decision }));
}

async function call(person: Credentials, address: string, body?: string): Promise<unknown> {
  const url = new URL(address);
  const credentials = {
    accessKeyId: person.AWS_ACCESS_KEY_ID,
    secretAccessKey: person.AWS_SECRET_ACCESS_KEY,
    sessionToken: person.AWS_SESSION_TOKEN,
  };
  const { config } = new LambdaClient({ region: 'us-east-1', credentials });
  const request = {
    method: body === undefined ? 'GET' : 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host },
    ...(body !== undefined && { body }),
  };
  const { method, headers } = await (await config.signer()).sign(request);
  const answer = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status}: ${text}`);
  return JSON.parse(text);
}
