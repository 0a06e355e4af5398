import { ReleaseError } from '../contract/errors.ts';
import type { TokenEndpoint } from '../contract/ports.ts';
import type { StageConfig } from '../contract/release.ts';
import type { Stage } from '../contract/stage.ts';
import { checkStage, type SecretPorts, type StageFacts } from './secret.ts';

export interface JudgePorts extends SecretPorts {
  tokens: TokenEndpoint;
}

/** The secret and the Quilt stack of a stage, by rule and by a live token. @returns what is wrong with them, or what the service will run with */
export async function judgeStage(stage: Stage, ports: JudgePorts): Promise<StageConfig | ReleaseError[]> {
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
