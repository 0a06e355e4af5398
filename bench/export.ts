/**
 * Measures the packaging of large exports: time and peak memory of the process that does it, beside the limit of 256 MB.
 * Usage: npm run bench:export -- [--json FILE] [--megabytes N]   Writes docs/benchmarks/export.md for the full size only.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ExamplePackaging, entryId } from '../test/container/packaging/example-packaging.ts';
import { largeMember } from '../test/container/packaging/large-export.ts';

interface Row {
  /** Of the export, unpacked, in units of 2^20 bytes. */
  readonly megabytes: number;
  readonly seconds: number;
  readonly peakMegabytes: number;
}

const MiB = 2 ** 20;
const full = 2048;
const limit = 256;
const shares = [0, 1 / 32, 1 / 4, 1];

const { values } = parseArgs({ options: { json: { type: 'string' }, megabytes: { type: 'string' } } });
const largest = Number(values.megabytes ?? full);
const machine = { cores: cpus().length, node: process.version, load: loadavg()[0] ?? 0 };
const rows: Row[] = [];
for (const share of shares) {
  const row = await measure(Math.max(1, Math.round(largest * share)));
  console.log(`${row.megabytes} MB: ${row.seconds.toFixed(1)} s, peak ${row.peakMegabytes.toFixed(0)} MB`);
  rows.push(row);
}
if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine, limit, rows }, null, 2)}\n`);
if (largest === full) {
  const docs = fileURLToPath(new URL('../docs/benchmarks', import.meta.url));
  mkdirSync(docs, { recursive: true });
  writeFileSync(join(docs, 'export.md'), page());
}
if (rows.some(({ peakMegabytes }) => peakMegabytes >= limit)) process.exitCode = 1;

/** In a process of its own each time: a peak is that of a whole life. */
async function measure(megabytes: number): Promise<Row> {
  const packaging = await ExamplePackaging.start({ timeScale: 0.001 });
  try {
    packaging.tenant.exports.set(entryId, () => [largeMember('raw/large.txt', megabytes * MiB)]);
    const start = performance.now();
    const { error, peakBytes } = await packaging.process({ kind: 'package-entry', entryId });
    if (error) throw new Error(`${error.name}: ${error.message}`);
    return { megabytes, seconds: (performance.now() - start) / 1000, peakMegabytes: peakBytes / MiB };
  } finally {
    await packaging.stop();
  }
}

function page(): string {
  const line = ({ megabytes, seconds, peakMegabytes }: Row) =>
    `| ${megabytes.toLocaleString('en-US')} MB | ${seconds.toFixed(1)} s | ${(megabytes / seconds).toFixed(0)} MB/s | ${peakMegabytes.toFixed(0)} MB |`;
  return `# What a large export costs

\`npm run bench:export\` has an entry packaged by the service's own code, bundled, in a process of its own: loaded over HTTPS from the rehearsal's Benchling, which makes the archive (one member, packed two to
one) while it sends it, and written to the stand-in's S3 in parts. Benchling, S3 and the service share ${machine.cores} cores${machine.load > machine.cores + 1 ? ', which were busy with other work meanwhile: read memory from these rows, not speed' : ''}.
Node ${machine.node}; the limit is ${limit} MB of resident memory, at its peak.

| unpacked | time | rate | peak memory |
|---:|---:|---:|---:|
${rows.map(line).join('\n')}

Memory holds two parts of 8 MiB and what the network has in flight; it does not follow the size.
`;
}
