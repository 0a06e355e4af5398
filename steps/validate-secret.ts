import { checkStage, type SecretPorts, type StageFacts } from './checks/secret.ts';
import { ReleaseError } from './contract/errors.ts';
import type { TokenEndpoint } from './contract/ports.ts';
import type { StageConfig } from './contract/release.ts';
import type { Stage } from './contract/stage.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

export interface ValidateSecretPorts extends SecretPorts {
  tokens: TokenEndpoint;
}

/**
 * Judges the secret and the Quilt stack of every stage, production's included, before anything is built: a night was once lost to one
 * missing key. All problems of all stages come in one error, named by the first.
 */
export async function validateSecret(
  { stages }: StepInput<'ValidateSecret'>,
  ports: ValidateSecretPorts,
): Promise<StepOutput<'ValidateSecret'>> {
  const verdicts = await Promise.all(stages.map((stage) => judge(stage, ports)));
  const problems = verdicts.flatMap((verdict) => (Array.isArray(verdict) ? verdict : []));
  const [first] = problems;
  if (first) throw new ReleaseError(first.name, problems.map(({ message }) => message).join(' '), { cause: first });
  return { configs: verdicts.filter((verdict): verdict is StageConfig => !Array.isArray(verdict)) };
}

async function judge(stage: Stage, ports: ValidateSecretPorts): Promise<StageConfig | ReleaseError[]> {
  const verdict = await checkStage(stage, ports);
  if (!verdict.ok) return verdict.problems;
  const rejected = await probe(stage, verdict.facts, ports.tokens);
  return rejected ? [rejected] : verdict.facts.config;
}

/** Credentials may be well-formed and dead: only Benchling knows. */
async function probe(stage: Stage, { secret }: StageFacts, tokens: TokenEndpoint): Promise<ReleaseError | null> {
  try {
    await tokens.probe(secret.tenant, secret.client_id, secret.client_secret);
    return null;
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error;
    return new ReleaseError(error.name, `${stage.name}: ${error.message} Secret: ${stage.secretName}.`, { cause: error });
  }
}
