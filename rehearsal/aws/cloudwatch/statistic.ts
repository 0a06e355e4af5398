const statistics: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SampleCount: (values) => values.length,
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
};

/** `p99`, `p99.9` */
const percentile = /^p(\d{1,2}(?:\.\d+)?|100)$/;

export const isStatistic = (name: string): boolean => name in statistics || percentile.test(name);

/** @param name as CloudWatch has it: `Sum`, `p99`. @param values at least one */
export function statisticOf(name: string, values: readonly number[]): number {
  const known = statistics[name];
  if (known) return known(values);
  const share = Number(percentile.exec(name)?.[1] ?? Number.NaN) / 100;
  if (Number.isNaN(share)) throw new Error(`statistic ${name} is not supported by the rehearsal`);
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}
