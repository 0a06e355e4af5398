import type { Proof } from '../../steps/contract/failure.ts';
import type { RollbackPlan } from '../rollback/plan.ts';
import { oneLine } from './words.ts';

/** What runs, what would run, and what the machine would do about it. */
export function planLines(stage: string, plan: RollbackPlan): string[] {
  const { release, lastGood, stack, live, move, unprovable, inherits } = plan;
  const { runningCount, desiredCount, digest } = live.service;
  const runs = live.definition.labels['release.tag'] ?? 'an unlabelled task definition';
  return [
    `${stage}: ${stack.name} is ${stack.status}`,
    `  runs now:   ${runs} (${digest ?? 'no digest'}), ${runningCount} of ${desiredCount} tasks`,
    `  undone:     ${release.name}, ${release.outcome}${release.cause ? ` (${release.cause})` : ''}`,
    `  runs then:  ${lastGood.version ?? 'an unknown version'} (${lastGood.digest}), as recorded before ${release.name}`,
    `  the way:    collect diagnostics, ${move}, watch, prove, report`,
    ...(inherits ? [`  the lock:   taken over from ${inherits.holder}, which ended not recovered`] : []),
    ...unprovable.map((why) => `  NOT provable: ${oneLine(why, 400)}`),
  ];
}

export function proofLines(stage: string, proof: Proof | undefined, isBlocked: boolean): string[] {
  if (proof?.outcome === 'proven')
    return [
      `✓ ${stage} is rolled back, and it is proven: ${oneLine(proof.reason, 400)}.`,
      ...(isBlocked ? [`${stage} stays BLOCKED until a person clears it. Next: npx release doctor ${stage} --clear`] : []),
    ];
  if (proof?.outcome === 'unchanged') return [`✗ ${stage} is not rolled back: nothing was changed. ${oneLine(proof.reason, 400)}`];
  return [
    `✗ ${stage} is NOT proven to be rolled back, and a person must act: ${oneLine(proof?.reason ?? 'the machine ended without a proof', 400)}`,
    `Next: npx release doctor ${stage}`,
  ];
}
