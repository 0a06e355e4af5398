import type { Result, Row } from './collect.ts';

const number = (value: number) => value.toLocaleString('en-US');

/** Who shares its cores learns nothing of time. */
const busy =
  'The machine was busy with other work meanwhile: read no trend of time from these rows, and run it again on a quiet one. Memory does not grow with the lines';

/** docs/benchmarks/collect.md */
export function table({ machine, rows }: Result): string {
  const line = ({ tasks, lines, read, collect }: Row) =>
    `| ${number(tasks)} | ${number(lines)} | ${read.seconds.toFixed(1)} s | ${collect.seconds.toFixed(1)} s | ${(collect.seconds / read.seconds).toFixed(1)} | ${((collect.seconds / lines) * 1e6).toFixed(1)} µs | ${collect.peakMegabytes.toFixed(0)} MB | ${number(collect.objects)} |`;
  return `# What collecting costs

\`npm run bench:collect\` runs the step CollectDiagnostics, bundled as for Lambda, in a process of its own against the stand-in over HTTP: stopped
tasks, each with its log, one line in a thousand of which holds the secret. Reading is the same pages without redacting or writing them.
Measured on ${machine.cores} cores with Node ${machine.node} and a heap of at most ${machine.heapMegabytes} MB; the stand-in runs on the same cores.

| stopped tasks | log lines | reading | collecting | ratio | a line | peak memory | objects |
|---:|---:|---:|---:|---:|---:|---:|---:|
${rows.map(line).join('\n')}

![Seconds by log lines](collect.svg)

${machine.load > machine.cores + 1 ? busy : 'Time grows with the lines, memory does not'}: a log passes the redactor line by line and is uploaded in parts. The function has 512 MB. Its cap
does not grow either: when the time is up, what is left out is named in the manifest, newest tasks first kept.
`;
}

const [width, height, margin] = [640, 360, 56];

/** Seconds by lines, collecting and reading. */
export function plot({ rows }: Result): string {
  const most = { lines: Math.max(...rows.map(({ lines }) => lines)), seconds: Math.max(...rows.map(({ collect }) => collect.seconds)) };
  const x = (lines: number) => margin + (lines / most.lines) * (width - 2 * margin);
  const y = (seconds: number) => height - margin - (seconds / most.seconds) * (height - 2 * margin);
  const series = (what: 'collect' | 'read', colour: string) => {
    const points = rows.map((row) => [x(row.lines), y(row[what].seconds)].map((value) => value.toFixed(1)).join(','));
    const dots = points.map((point) => `<circle cx="${point.split(',')[0]}" cy="${point.split(',')[1]}" r="4" fill="${colour}"/>`);
    return `<polyline points="${x(0)},${y(0)} ${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}`;
  };
  const label = (at: [number, number], text: string, anchor = 'middle') =>
    `<text x="${at[0].toFixed(0)}" y="${at[1].toFixed(0)}" text-anchor="${anchor}">${text}</text>`;
  const last = rows.at(-1)!;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">
<rect width="${width}" height="${height}" fill="white"/>
<path d="M${margin} ${margin}V${height - margin}H${width - margin}" fill="none" stroke="#888"/>
${series('collect', '#b03a2e')}
${series('read', '#2e6db0')}
${rows.map(({ lines }) => label([x(lines), height - margin + 18], number(lines))).join('\n')}
${label([width / 2, height - 10], 'log lines')}
${rows.map(({ collect }) => label([margin - 6, y(collect.seconds) + 4], `${collect.seconds.toFixed(0)} s`, 'end')).join('\n')}
${label([x(last.lines) - 8, y(last.collect.seconds) - 8], 'collecting', 'end')}
${label([x(last.lines) - 8, y(last.read.seconds) - 8], 'reading', 'end')}
</svg>
`;
}
