import { duration } from '../view/words.ts';
import type { Comparison } from './backstop.ts';
import type { FaultRow } from './row.ts';

const columns = [4, 29, 23, 11, 11, 11] as const;
const line = (...cells: string[]) =>
  cells
    .map((cell, index) => (columns[index] ? cell.padEnd(columns[index]) : cell))
    .join('')
    .trimEnd();
const seconds = (value: number | null) => (value === null ? '–' : duration(value * 1000));

export const heading = () => line('', 'fault', 'cause', 'decided', 'sealed', 'proven', 'then');

/** One line a fault; under it, where it differs from the catalogue. */
export function linesOf(row: FaultRow): string[] {
  const cause = row.cause ?? '(released)';
  const then = [
    ...(row.history ? [`${duration(row.history.seconds * 1000)}: ${row.history.words}`] : []),
    ...(row.asWords ? [`injected as words: ${row.asWords}`] : []),
  ].join('; ');
  const figures = [row.secondsToDecision, row.secondsToSeal, row.secondsToProof].map(seconds);
  return [line(row.ok ? ' ✓' : ' ✗', row.fault, cause, ...figures, then), ...row.differences.map((difference) => `      ${difference}`)];
}

export const comparisonLine = ({ fault, machineSeconds, backstopSeconds, ratio }: Comparison) =>
  `${fault}: the machine's watch decides in ${machineSeconds.toFixed(1)} s, ECS's circuit breaker alone in ${backstopSeconds.toFixed(1)} s: ${ratio.toFixed(1)} times longer.`;
