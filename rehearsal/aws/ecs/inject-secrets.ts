import type { Principal } from '../kernel.ts';
import type { EcsCollaborators } from './collaborators.ts';
import type { Container } from './task-definition.ts';
import { TaskFailure } from './task-failure.ts';
import { initialization } from './words.ts';

/** `arn:aws:secretsmanager:…:secret:NAME:json-key:version-stage:version-id`, the last three optional. */
export function parseValueFrom(valueFrom: string): { arn: string; key?: string; stage?: string } {
  const parts = valueFrom.split(':');
  const [arn, key, stage] = [parts.slice(0, 7).join(':'), parts[7], parts[8]];
  return { arn, ...(key && { key }), ...(stage && { stage }) };
}

/** Resolves the secrets that a container definition names, as the task's execution role. Throws TaskFailure in ECS's words. */
export async function injectSecrets(
  container: Container,
  role: Principal | undefined,
  { iam, secrets }: Pick<EcsCollaborators, 'iam' | 'secrets'>,
): Promise<Record<string, string>> {
  const environment: Record<string, string> = {};
  for (const { name = '', valueFrom = '' } of container.secrets ?? []) {
    if (!valueFrom.includes(':secretsmanager:')) {
      throw new TaskFailure(initialization.secret(`${valueFrom}: the rehearsal resolves secrets of Secrets Manager by ARN only`));
    }
    const { arn, key, stage } = parseValueFrom(valueFrom);
    try {
      await iam.authorize(role ?? { arn: 'none' }, { action: 'secretsmanager:GetSecretValue', resource: arn });
    } catch (error) {
      throw new TaskFailure(initialization.secret(`AccessDeniedException: ${(error as Error).message}`), { cause: error });
    }
    const text = secrets.current(arn, stage);
    if (text === undefined) {
      throw new TaskFailure(initialization.secret("ResourceNotFoundException: Secrets Manager can't find the specified secret."));
    }
    environment[name] = key === undefined ? text : member(text, key, arn);
  }
  return environment;
}

function member(text: string, key: string, arn: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The parser's message would quote the secret.
    throw new TaskFailure(initialization.secret(`invalid character in secret value of ${arn}: the secret is not JSON`));
  }
  const value = (parsed as Record<string, unknown>)[key];
  if (value === undefined) throw new TaskFailure(initialization.missingKey(arn, key));
  return typeof value === 'string' ? value : JSON.stringify(value);
}
