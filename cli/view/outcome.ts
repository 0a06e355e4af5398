import { costInWords } from '../../steps/checks/tally.ts';
import type { ReleaseResult } from '../result.ts';
import { duration, endsInWords, oneLine } from './words.ts';

/** What a person reads last of an execution that was followed: what happened, why, and the one command to go on with. */
export function outcomeLines(result: ReleaseResult): string[] {
  const { tag, outcome, cause, sentence, stages, report, durations, cost } = result;
  if (outcome === 'released') {
    const where =
      stages.length > 0 ? `released to ${stages.map(({ name }) => name).join(' and ')}` : 'released: every stage ran it already';
    return [`✓ ${tag} is ${where}${endsInWords(result)} (${duration(durations['release'] ?? 0)}; it cost ${costInWords(cost)}).`];
  }
  const act = outcome === 'not-recovered' ? ', and a person must act' : '';
  return [
    `✗ ${tag} is not released${act}: ${cause}. ${oneLine(sentence ?? '', 400)}`,
    ...stages.map(({ name, outcome: became, rolledBack, proven }) => {
      const back = `${rolledBack ? ', rolled back' : ''}${proven ? ', proven' : ', NOT proven'}`;
      return `  ${name}: ${became}${became === 'failed' ? back : ''}`;
    }),
    ...(report ? [`  report: ${report}`] : []),
    `Next: npx release incident ${tag}`,
  ];
}
