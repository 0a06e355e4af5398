import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import type { Parts } from './rehearsal.ts';

/** Milliseconds between two looks; far below what is measured. */
const look = 50;
/** Milliseconds after which the backstop counts as broken itself. */
const patience = 180_000;

/** `sha256:…` of the image that a build pushed under a tag. */
export function digestOfTag({ cloud }: Parts, tag: string): string {
  const images = [...cloud.ecr.repositories.values()].flatMap((repository) => [...repository.images.values()]);
  const found = images.find(({ tags }) => tags.has(tag));
  if (!found) throw new Error(`the registry has no image ${tag}`);
  return found.digest;
}

/**
 * Updates a stage to another image as the operator does who has no pipeline, and waits until ECS's own circuit breaker gives up, then
 * until the stack has settled.
 * @param digest `sha256:…` of the image
 * @returns real seconds from the update until the breaker's decision
 */
export async function secondsOfBackstop({ cloud, stages, environment }: Parts, digest: string): Promise<number> {
  const [stage] = stages;
  const client = clientOf(environment);
  const StackName = stage!.serviceStack;
  const ChangeSetName = `backstop-${Date.now()}`;
  const Parameters = [{ ParameterKey: 'ImageDigest', ParameterValue: digest }];
  await client.send(
    new CreateChangeSetCommand({
      StackName,
      ChangeSetName,
      UsePreviousTemplate: true,
      Parameters,
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
    }),
  );
  await until('the change set is computed', async () => {
    const { Status, StatusReason } = await client.send(new DescribeChangeSetCommand({ StackName, ChangeSetName }));
    if (Status === 'FAILED') throw new Error(`the change set of the backstop failed: ${StatusReason}`);
    return Status === 'CREATE_COMPLETE';
  });
  const service = [...cloud.ecs.services.values()].find(({ name, status }) => status === 'ACTIVE' && name.startsWith(`${StackName}-`));
  if (!service) throw new Error(`no service of ${StackName} runs`);
  const before = new Set(service.history);
  const began = performance.now();
  await client.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName }));
  // Its history: a deployment whose tasks are gone leaves the service's own list at once.
  await until('the circuit breaker gives up', async () =>
    service.history.some((deployment) => !before.has(deployment) && deployment.rolloutState === 'FAILED'),
  );
  const seconds = (performance.now() - began) / 1000;
  await until('the stack has settled', async () => {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    return /_(COMPLETE|FAILED)$/.test(Stacks?.[0]?.StackStatus ?? '');
  });
  return seconds;
}

function clientOf(environment: Readonly<Record<string, string>>): CloudFormationClient {
  return new CloudFormationClient({
    endpoint: environment['AWS_ENDPOINT_URL'],
    region: environment['AWS_REGION'],
    credentials: { accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '', secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '' },
  });
}

async function until(what: string, seen: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patience; !(await seen()); await sleep(look)) {
    if (Date.now() > end) throw new Error(`${what}: not within ${patience / 1000} s`);
  }
}
