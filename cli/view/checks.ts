import type { Check } from '../doctor/finding.ts';
import { oneLine } from './words.ts';

/** AWS's reasons are long, and they are the reason why one looks. */
const characters = 600;

/** One line a check; below what is not in order, the command to go on with. */
export function checkLines(checks: readonly Check[]): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks.flatMap(({ verdict, name, says, next }) => [
    `  ${verdict.padEnd('problem'.length)}  ${name.padEnd(width)}  ${oneLine(says, characters)}`,
    ...(next === undefined ? [] : [`${' '.repeat(width + 13)}Next: ${next}`]),
  ]);
}

/** `9 ok, 1 problem, 0 unknown`; warnings and what is missing are named where there are any. */
export function tally(checks: readonly Check[]): string {
  const count = (verdict: Check['verdict']) => checks.filter((check) => check.verdict === verdict).length;
  const [problems, warnings, absent] = [count('problem'), count('warning'), count('missing')];
  return [
    `${count('ok')} ok`,
    ...(warnings > 0 ? [`${warnings} warning${warnings === 1 ? '' : 's'}`] : []),
    ...(absent > 0 ? [`${absent} missing`] : []),
    `${problems} problem${problems === 1 ? '' : 's'}`,
    `${count('unknown')} unknown`,
  ].join(', ');
}
