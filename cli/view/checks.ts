import { type Check, checkNames } from '../doctor/finding.ts';
import { oneLine } from './words.ts';

const width = Math.max(...checkNames.map((name) => name.length));
/** AWS's reasons are long, and they are the reason why one looks. */
const characters = 600;

/** One line a check; below a problem, the command to go on with. */
export function checkLines(checks: readonly Check[]): string[] {
  return checks.flatMap(({ verdict, name, says, next }) => [
    `  ${verdict.padEnd('problem'.length)}  ${name.padEnd(width)}  ${oneLine(says, characters)}`,
    ...(next === undefined ? [] : [`${' '.repeat(width + 13)}Next: ${next}`]),
  ]);
}

/** `9 ok, 1 problem, 0 unknown` */
export function tally(checks: readonly Check[]): string {
  const count = (verdict: Check['verdict']) => checks.filter((check) => check.verdict === verdict).length;
  const problems = count('problem');
  return `${count('ok')} ok, ${problems} problem${problems === 1 ? '' : 's'}, ${count('unknown')} unknown`;
}
