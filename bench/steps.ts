/**
 * Measures what Lambda does before a step runs for the first time: bytes that it reads, time that importing them takes. Each import is that of a
 * process of its own, with the environment that the function has. Ends with 1 when a step exceeds a limit.
 * Usage: npm run bench:steps -- [--runs N] [--json FILE]   Writes docs/benchmarks/steps.md with the default number of runs only.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { bundleSteps } from '../build/bundle.ts';
import { environment, type FunctionName, type Variable } from '../steps/contract/environment.ts';
import { fileName } from '../steps/contract/steps.ts';
import { type ColdStart, limits, type StepsMeasured, stepsPage } from './steps-page.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const usualRuns = 9;

const { values } = parseArgs({ options: { runs: { type: 'string' }, json: { type: 'string' } } });
const runs = Number(values.runs ?? usualRuns);

/** Variables that are read while a step is imported must be what they are: the others are only there. */
const parsed: Partial<Record<Variable, string>> = {
  SOURCE: JSON.stringify({ host: 'codecommit', repository: 'example' }),
  APPROVALS: JSON.stringify({ fourEyes: false, pushers: {} }),
  STAGES: '[]',
};

const folder = mkdtempSync(join(tmpdir(), 'bench-steps-'));
try {
  const bundles = await bundleSteps(folder);
  const rows: ColdStart[] = [];
  for (const step of Object.keys(environment) as FunctionName[]) {
    const file = join(bundles.get(fileName(step)) ?? '', 'index.mjs');
    const times = [];
    for (let left = runs; left > 0; left--) times.push(await importOf(step, file));
    rows.push({ step, bytes: statSync(file).size, wall: median(times, 'wall'), processor: median(times, 'processor') });
  }
  const [{ model = 'unknown' } = {}, ...others] = cpus();
  const machine = { model, cores: others.length + 1, node: process.version, load: loadavg()[0] ?? 0 };
  const measured: StepsMeasured = { machine, runs, rows };
  if (values.json) writeFileSync(values.json, `${JSON.stringify(measured, null, 2)}\n`);
  if (runs === usualRuns) writeFileSync(join(root, 'docs/benchmarks/steps.md'), stepsPage(measured));
  console.log(stepsPage(measured));
  if (rows.some(({ bytes, processor }) => bytes > limits.bytes || processor > limits.milliseconds)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Times {
  /** Milliseconds from start to end. */
  readonly wall: number;
  /** Milliseconds that processors worked for it: what other work on the machine does not lengthen. */
  readonly processor: number;
}

async function importOf(step: FunctionName, file: string): Promise<Times> {
  const script = `const began = performance.now(), before = process.cpuUsage();
    await import(process.argv[1]);
    const wall = performance.now() - began, { user, system } = process.cpuUsage(before);
    console.log(JSON.stringify({ wall, processor: (user + system) / 1000 }));`;
  const variables = Object.fromEntries(environment[step].map((variable) => [variable, parsed[variable] ?? 'example']));
  // Node's own cache of compiled code would make every import after the first a warm one.
  const env = { ...variables, AWS_REGION: 'us-east-1', NODE_DISABLE_COMPILE_CACHE: '1', NODE_NO_WARNINGS: '1' };
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script, file], { env });
  return JSON.parse(stdout) as Times;
}

function median(times: readonly Times[], what: keyof Times): number {
  const sorted = times.map((time) => time[what]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
