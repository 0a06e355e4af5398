import { type JudgePorts, judgeStage } from './checks/judge-stage.ts';
import type { Cause } from './contract/causes.ts';
import type { Measures } from './contract/ports.ts';
import type { SecretsToCheck } from './contract/schedule.ts';

export interface CheckSecretsPorts extends JudgePorts {
  measures: Measures;
}
/** Keys and stages are named, values never. */
export type CheckedSecrets = { problems: { stage: string; cause: Cause; sentence: string }[] };

/**
 * Judges the secrets as ValidateSecret does, whether or not anything is released: a key that goes between two releases is found by the next
 * task that starts, in the night. A stage that could not be looked at has no value, and that is told, too: not knowing is not "in order".
 */
export async function checkSecrets({ stages }: SecretsToCheck, ports: CheckSecretsPorts): Promise<CheckedSecrets> {
  const verdicts = await Promise.allSettled(stages.map((stage) => judgeStage(stage, ports)));
  const problems: CheckedSecrets['problems'] = [];
  const unknown: unknown[] = [];
  for (const [at, { name: Stage }] of stages.entries()) {
    const verdict = verdicts[at]!;
    if (verdict.status === 'rejected') {
      unknown.push(verdict.reason);
      continue;
    }
    const wrong = Array.isArray(verdict.value) ? verdict.value : [];
    problems.push(...wrong.map(({ name, message }) => ({ stage: Stage, cause: name, sentence: message })));
    ports.measures.send([{ metric: 'SecretProblems', value: wrong.length, Stage }]);
  }
  // The others are measured by now. Lambda tries again, and what fails for good lies in the queue of what was undelivered.
  if (unknown.length > 0) throw unknown[0];
  return { problems };
}
