import type { World } from '../../kernel.ts';
import type { FunctionCode } from '../function.ts';
import type { LambdaCollaborators } from '../lambda.ts';

/** CloudWatch Logs, as a function's runtime uses it. */
export interface FunctionLogs {
  hasGroup(group: string): boolean;
  createGroup(group: string): void;
  put(group: string, stream: string, line: string): unknown;
}

/** Writes as the function's role. A role that may not write leaves no log, which on AWS nobody is told; here the rehearsal's own log says so. */
export async function logWriter(
  world: World,
  { iam, logs }: LambdaCollaborators,
  { roleArn, logGroup, name }: FunctionCode,
): Promise<(stream: string, line: string) => void> {
  const principal = await iam.assume(roleArn, 'lambda.amazonaws.com', name);
  const arn = `arn:${world.partition}:logs:${world.region}:${world.account}:log-group:${logGroup}`;
  try {
    if (!logs.hasGroup(logGroup)) {
      await iam.authorize(principal, { action: 'logs:CreateLogGroup', resource: arn });
      logs.createGroup(logGroup);
    }
    for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents'])
      await iam.authorize(principal, { action, resource: `${arn}:log-stream:any` });
  } catch (error) {
    world.log(`lambda ${name}: no log is written: ${(error as Error).message}`);
    return () => {};
  }
  return (stream, line) => void logs.put(logGroup, stream, line);
}
