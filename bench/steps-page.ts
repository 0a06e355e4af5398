/** What a step costs before it runs for the first time. */
export interface ColdStart {
  readonly step: string;
  /** Of its bundle. */
  readonly bytes: number;
  /** Milliseconds, median. */
  readonly wall: number;
  /** Milliseconds of processors, median. */
  readonly processor: number;
}
export interface StepsMeasured {
  readonly machine: { readonly model: string; readonly cores: number; readonly node: string; readonly load: number };
  /** Processes that each step was imported by. */
  readonly runs: number;
  readonly rows: readonly ColdStart[];
}

/** What no step may exceed: a release walks twenty of them, most of them cold. */
export const limits = { bytes: 2_000_000, milliseconds: 400 };

const busy =
  'The machine was busy with other work meanwhile: what passed on the clock says more of that work than of the steps. Run it again on a quiet one';

/** docs/benchmarks/steps.md */
export function stepsPage({ machine, runs, rows }: StepsMeasured): string {
  const line = ({ step, bytes, wall, processor }: ColdStart) =>
    `| ${step} | ${(bytes / 1_000_000).toFixed(2)} MB | ${processor.toFixed(0)} ms | ${wall.toFixed(0)} ms |`;
  const worst = (of: (row: ColdStart) => number) => Math.max(...rows.map(of));
  return `# What a step costs before it runs

\`npm run bench:steps\` bundles every function as for Lambda and imports it, alone, with the environment that it has: the median of ${runs} processes each.
Measured on ${machine.cores} × ${machine.model.trim()} with Node ${machine.node}. ${machine.load > machine.cores + 1 ? busy : 'Little else ran'}.

| function | bundle | processor | clock |
|---|---:|---:|---:|
${rows
  .toSorted((a, b) => b.processor - a.processor)
  .map(line)
  .join('\n')}

Limits: ${limits.bytes / 1_000_000} MB and ${limits.milliseconds} ms of processor; the most here is ${(worst(({ bytes }) => bytes) / 1_000_000).toFixed(2)} MB and ${worst(({ processor }) => processor).toFixed(0)} ms. The bundles are not minified: the names
in a stack trace are worth more to a report than the bytes are to Lambda. On AWS the download and the start of the sandbox come on top, and a
function of 512 MB has three tenths of a processor: what it takes there is the \`Init Duration\` in the function's log.
`;
}
