import { type JudgePorts, judgeStage } from './checks/judge-stage.ts';
import { ReleaseError } from './contract/errors.ts';
import type { StageConfig } from './contract/release.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

export type ValidateSecretPorts = JudgePorts;

/**
 * Judges the secret and the Quilt stack of every stage, production's included, before anything is built: a night was once lost to one
 * missing key. All problems of all stages come in one error, named by the first.
 */
export async function validateSecret(
  { stages }: StepInput<'ValidateSecret'>,
  ports: ValidateSecretPorts,
): Promise<StepOutput<'ValidateSecret'>> {
  const verdicts = await Promise.all(stages.map((stage) => judgeStage(stage, ports)));
  const problems = verdicts.flatMap((verdict) => (Array.isArray(verdict) ? verdict : []));
  const [first] = problems;
  if (first) throw new ReleaseError(first.name, problems.map(({ message }) => message).join(' '), { cause: first });
  return { configs: verdicts.filter((verdict): verdict is StageConfig => !Array.isArray(verdict)) };
}
