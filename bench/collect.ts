/**
 * Measures CollectDiagnostics on a night with very many stopped tasks: time beside merely reading the same pages, and peak memory.
 * Usage: npm run bench:collect -- [--json FILE] [--tasks N] [--lines N]   Writes docs/benchmarks/collect.md and .svg for the full size only.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { options } from '../build/bundle.ts';
import { plot, table } from './report.ts';
import { type BenchWorld, startWorld } from './world.ts';

/** What the collecting process says of itself. */
interface Measured {
  readonly seconds: number;
  readonly peakMegabytes: number;
  readonly objects: number;
  readonly missing: readonly { source: string; reason: string }[];
}
export interface Row {
  readonly tasks: number;
  readonly lines: number;
  readonly read: Measured;
  readonly collect: Measured;
}
export interface Result {
  readonly machine: { readonly cores: number; readonly node: string; readonly heapMegabytes: number; readonly load: number };
  readonly rows: readonly Row[];
}

const root = fileURLToPath(new URL('..', import.meta.url));
const full = { tasks: 1_000, lines: 1_000_000 };
const shares = [0.1, 0.3, 1];
/** Megabytes of heap: who held more than a page and a part of each log in flight would run out of it. */
const heap = 128;

const { values } = parseArgs({ options: { json: { type: 'string' }, tasks: { type: 'string' }, lines: { type: 'string' } } });
const size = { tasks: Number(values.tasks ?? full.tasks), lines: Number(values.lines ?? full.lines) };
const folder = mkdtempSync(join(tmpdir(), 'bench-collect-'));
try {
  // Bundled as for Lambda: what is measured holds no compiler.
  await build({ ...options, entryPoints: [{ in: 'bench/collector.ts', out: 'collector' }], outdir: folder });
  const rows: Row[] = [];
  for (const share of shares) {
    const row = await measure(Math.round(size.tasks * share), Math.round(size.lines * share));
    console.log(words(row));
    rows.push(row);
  }
  const result: Result = { machine: { cores: cpus().length, node: process.version, heapMegabytes: heap, load: loadavg()[0] ?? 0 }, rows };
  if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
  if (size.tasks === full.tasks && size.lines === full.lines) {
    const docs = join(root, 'docs/benchmarks');
    mkdirSync(docs, { recursive: true });
    writeFileSync(join(docs, 'collect.md'), table(result));
    writeFileSync(join(docs, 'collect.svg'), plot(result));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(tasks: number, lines: number): Promise<Row> {
  const world = await startWorld(tasks, lines / tasks);
  try {
    return { tasks, lines, read: await run('read', world), collect: await run('collect', world) };
  } finally {
    await world.stop();
  }
}

/** In a process of its own: the stand-in's memory does not count. */
async function run(what: 'read' | 'collect', { stop: _, ...world }: BenchWorld): Promise<Measured> {
  const child = spawn(process.execPath, [`--max-old-space-size=${heap}`, join(folder, 'collector.mjs'), what], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(world));
  return JSON.parse(await text(child.stdout)) as Measured;
}

function words({ tasks, lines, read, collect }: Row): string {
  const ratio = (collect.seconds / read.seconds).toFixed(1);
  const missing = collect.missing.map(({ source, reason }) => `\n  missing ${source}: ${reason}`).join('');
  return `${tasks} tasks, ${lines} lines: read ${read.seconds.toFixed(1)} s, collected ${collect.seconds.toFixed(1)} s (${ratio} times), peak ${collect.peakMegabytes.toFixed(0)} MB, ${collect.objects} objects${missing}`;
}
