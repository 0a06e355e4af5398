import type { LoadResult } from './load.ts';

/** One server in one round. Memory in megabytes, time in milliseconds. */
export interface Measured {
  readonly readyAfter: number;
  readonly atRest: number;
  readonly peak: number;
  readonly full: LoadResult;
  readonly half: LoadResult;
  /** Processor time of the server for one webhook at full load, microseconds. */
  readonly processor: number;
}
export interface Round {
  readonly bare: Measured;
  readonly service: Measured;
}
export interface Result {
  readonly machine: { readonly cores: number; readonly node: string; readonly load: number };
  readonly connections: number;
  readonly seconds: number;
  readonly rounds: readonly Round[];
}

const median = (values: readonly number[]) => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)]!;

/** What is measured, in the order of the table: its words, its unit, how to read it, and what it is held to, if anything. */
const measures: readonly { what: string; unit: string; of: (measured: Measured) => number; target?: string }[] = [
  { what: 'ready after', unit: ' ms', of: ({ readyAfter }) => readyAfter, target: 'below 400 ms' },
  { what: 'webhooks a second, full load', unit: '', of: ({ full }) => full.perSecond, target: 'ratio of at least 0.70' },
  { what: 'processor time a webhook', unit: ' µs', of: ({ processor }) => processor },
  { what: 'p50, full load', unit: ' ms', of: ({ full }) => full.p50 },
  { what: 'p99, full load', unit: ' ms', of: ({ full }) => full.p99 },
  { what: 'p50, half load', unit: ' ms', of: ({ half }) => half.p50 },
  { what: 'p99, half load', unit: ' ms', of: ({ half }) => half.p99, target: 'below 50 ms' },
  { what: 'memory at rest', unit: ' MB', of: ({ atRest }) => atRest, target: 'below 120 MB' },
  { what: 'memory at most', unit: ' MB', of: ({ peak }) => peak },
];

export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly target?: string;
  readonly service: number;
  readonly bare: number;
  /** The median of the rounds' own ratios: neighbours in time had the same machine. */
  readonly ratio: number;
}

export const rows = ({ rounds }: Result): Row[] =>
  measures.map(({ of, ...named }) => ({
    ...named,
    service: median(rounds.map(({ service }) => of(service))),
    bare: median(rounds.map(({ bare }) => of(bare))),
    ratio: median(rounds.map(({ service, bare }) => of(service) / of(bare))),
  }));

const shown = (value: number, unit: string) => `${value >= 100 ? value.toFixed(0) : value.toFixed(1)}${unit}`;

/** Who shares its cores learns little of time. */
const busy =
  'The machine was busy with other work meanwhile: only processor time and memory mean what they say. Measure the rest again on a quiet one.';

/** docs/benchmarks/service.md */
export function table(result: Result): string {
  const { machine, connections, seconds, rounds } = result;
  const line = ({ what, unit, target = '', service, bare, ratio }: Row) =>
    `| ${what} | ${shown(service, unit)} | ${shown(bare, unit)} | ${ratio.toFixed(2)} | ${target} |`;
  return `# What a webhook costs

\`npm run bench:service\` runs the service, bundled as for its image, beside a bare \`node:http\` server that checks the same signatures and makes
the same call to the queue with the same batches, and does nothing else: no framework, no limits, no replays, no log. Every webhook has its own
id, entry and signature, and counts when it is answered 202, which is when the queue has it. Medians of ${rounds.length} rounds of ${seconds} s in turns, over ${connections}
connections, on ${machine.cores} cores with Node ${machine.node}; the sender and small stand-ins for AWS and
Benchling, which answer at once, run on the same cores. At half load requests are sent by the clock at
half of the server's own full rate, and a request's time starts when it was due. Memory is resident.

| | service | bare | ratio | held to |
|---|---:|---:|---:|---|
${rows(result).map(line).join('\n')}

![Webhooks a second by round](service.svg)
${machine.load > machine.cores ? `\n${busy}\n` : ''}`;
}

const [width, height, margin] = [640, 360, 56];

/** Webhooks a second at full load by round, service beside bare. */
export function plot({ rounds }: Result): string {
  const most = Math.max(...rounds.flatMap(({ bare, service }) => [bare.full.perSecond, service.full.perSecond]));
  const slot = (width - 2 * margin) / rounds.length;
  const bar = (round: number, side: 0 | 1, { full }: Measured, colour: string) => {
    const tall = (full.perSecond / most) * (height - 2 * margin);
    const x = margin + slot * (round + 0.15 + side * 0.35);
    return `<rect x="${x.toFixed(1)}" y="${(height - margin - tall).toFixed(1)}" width="${(slot * 0.33).toFixed(1)}" height="${tall.toFixed(1)}" fill="${colour}"/>
<text x="${(x + slot * 0.165).toFixed(1)}" y="${(height - margin - tall - 6).toFixed(1)}" text-anchor="middle">${full.perSecond.toFixed(0)}</text>`;
  };
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="white"/>
<path d="M${margin} ${height - margin}H${width - margin}" fill="none" stroke="#888"/>
${rounds.map(({ bare, service }, round) => `${bar(round, 0, service, '#b03a2e')}\n${bar(round, 1, bare, '#2e6db0')}`).join('\n')}
<text x="${margin}" y="24" fill="#b03a2e">service</text>
<text x="${margin + 60}" y="24" fill="#2e6db0">bare node:http</text>
<text x="${width / 2}" y="${height - 14}" text-anchor="middle">webhooks a second at full load, by round</text>
</svg>
`;
}
