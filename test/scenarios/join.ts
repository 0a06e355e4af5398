import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchLogsClient, DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetExecutionHistoryCommand, ListExecutionsCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';

/** Variables by which a person joins the rehearsal that runs in a checkout. */
export const environmentOf = (folder: string): Record<string, string> =>
  (JSON.parse(readFileSync(join(folder, '.local', 'endpoint.json'), 'utf8')) as { environment: Record<string, string> }).environment;

/** What only the running rehearsal can be asked for: the execution's whole history and every log line, by where they stand. */
export async function recordsOf(environment: Record<string, string>): Promise<Map<string, string>> {
  const settings = settingsOf(environment);
  const states = new SFNClient(settings);
  const logs = new CloudWatchLogsClient(settings);
  const records = new Map<string, string>();
  try {
    for (const { stateMachineArn } of (await states.send(new ListStateMachinesCommand({}))).stateMachines ?? []) {
      for (const { executionArn } of (await states.send(new ListExecutionsCommand({ stateMachineArn }))).executions ?? [])
        records.set(`history of ${executionArn}`, await historyOf(states, executionArn ?? ''));
    }
    for (const { logGroupName } of (await logs.send(new DescribeLogGroupsCommand({}))).logGroups ?? [])
      records.set(`log group ${logGroupName}`, await linesOf(logs, logGroupName ?? ''));
    return records;
  } finally {
    states.destroy();
    logs.destroy();
  }
}

/** The current text of a secret. */
export async function secretText(environment: Record<string, string>, SecretId: string): Promise<string> {
  const client = new SecretsManagerClient(settingsOf(environment));
  const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId })).finally(() => client.destroy());
  return SecretString;
}

const settingsOf = (environment: Record<string, string>) => ({
  endpoint: environment['AWS_ENDPOINT_URL'],
  region: environment['AWS_REGION'],
  credentials: { accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '', secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '' },
});

async function historyOf(client: SFNClient, executionArn: string): Promise<string> {
  const pages: unknown[] = [];
  for (let nextToken: string | undefined, first = true; first || nextToken; first = false) {
    const page = await client.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: true, nextToken }));
    pages.push(page.events);
    nextToken = page.nextToken;
  }
  return JSON.stringify(pages);
}

async function linesOf(client: CloudWatchLogsClient, logGroupName: string): Promise<string> {
  const lines: string[] = [];
  for (let nextToken: string | undefined, first = true; first || nextToken; first = false) {
    const page = await client.send(new FilterLogEventsCommand({ logGroupName, nextToken }));
    lines.push(...(page.events ?? []).map(({ message = '' }) => message));
    nextToken = page.nextToken;
  }
  return lines.join('\n');
}
