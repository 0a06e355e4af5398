/**
 * Measures the webhook service beside a bare server that does the same cryptography and the same queue call, in turns within one run.
 * Usage: npm run bench:service -- [--json FILE] [--seconds N] [--rounds N]   Writes docs/benchmarks/service.md and .svg for the full size only.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { bundleContainer, options } from '../build/bundle.ts';
import { workQueueUrls } from '../container/src/work/queue-names.ts';
import { startAws } from '../test/container/server/fake-aws.ts';
import { startBenchling } from '../test/container/server/fake-benchling.ts';
import { environmentOf } from '../test/container/server/service-process.ts';
import type { LoadOrder, LoadResult } from './service/load.ts';
import { type Measured, plot, type Result, type Round, rows, table } from './service/report.ts';
import { Server } from './service/server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const full = { seconds: 2, rounds: 9 };
const connections = 32;

const { values } = parseArgs({ options: { json: { type: 'string' }, seconds: { type: 'string' }, rounds: { type: 'string' } } });
const size = { seconds: Number(values.seconds ?? full.seconds), rounds: Number(values.rounds ?? full.rounds) };
const load = loadavg()[0]!;
const folder = mkdtempSync(join(tmpdir(), 'bench-service-'));
const [aws, benchling] = await Promise.all([startAws(), startBenchling()]);
try {
  await bundleContainer(join(folder, 'server.mjs'));
  const entryPoints = ['bare', 'load'].map((name) => ({ in: `bench/service/${name}.ts`, out: name }));
  await build({ ...options, entryPoints, outdir: folder });
  const rounds: Round[] = [];
  for (let round = 0; round < size.rounds; round++) {
    const measured = await measure(round);
    console.log(`round ${round + 1}: bare ${words(measured.bare)}\n         service ${words(measured.service)}`);
    rounds.push(measured);
  }
  const result: Result = { machine: { cores: cpus().length, node: process.version, load }, connections, ...size, rounds };
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ ...result, rows: rows(result) }, null, 2)}\n`);
  console.log(table(result));
  if (size.seconds === full.seconds && size.rounds === full.rounds) {
    const docs = join(root, 'docs/benchmarks');
    mkdirSync(docs, { recursive: true });
    writeFileSync(join(docs, 'service.md'), table(result));
    writeFileSync(join(docs, 'service.svg'), plot(result));
  }
} finally {
  await Promise.all([aws.close(), benchling.close()]);
  rmSync(folder, { recursive: true, force: true });
}

/** Both servers side by side, each phase one after the other: what else the machine does meanwhile meets both. */
async function measure(round: number): Promise<Round> {
  const [bare, service] = [await start('bare'), await start('service')];
  try {
    await sleep(1000);
    const atRest = { bare: bare.memory().now, service: service.memory().now };
    const ask = (server: Server, name: string, rate?: number) => send({ port: server.port, run: `${round}${name}`, ...(rate && { rate }) });
    // Compiled code is what runs for days; the first second is not.
    await ask(bare, 'warmbare', 500);
    await ask(service, 'warmservice', 500);
    const busy = async (server: Server, name: string) => {
      const before = server.processorSeconds();
      const result = await ask(server, name);
      return { result, processor: ((server.processorSeconds() - before) / result.accepted) * 1e6 };
    };
    const full = { bare: await busy(bare, 'fullbare'), service: await busy(service, 'fullservice') };
    const half = {
      bare: await ask(bare, 'halfbare', full.bare.result.perSecond / 2),
      service: await ask(service, 'halfservice', full.service.result.perSecond / 2),
    };
    const measured = (what: 'bare' | 'service', server: Server): Measured => ({
      readyAfter: server.readyAfter,
      atRest: atRest[what],
      peak: server.memory().peak,
      full: full[what].result,
      processor: full[what].processor,
      half: half[what],
    });
    return { bare: measured('bare', bare), service: measured('service', service) };
  } finally {
    await Promise.all([bare.stop(), service.stop()]);
    aws.queue.waiting = [];
    aws.queue.all.length = 0;
    aws.calls.length = 0;
  }
}

function start(what: 'bare' | 'service'): Promise<Server> {
  const environment = environmentOf(aws, benchling, folder);
  if (what === 'service') return Server.start(join(folder, 'server.mjs'), (port) => ({ ...environment, PORT: String(port) }));
  const queueUrl = workQueueUrls('example/secret', { partition: 'aws', region: 'eu-west-1', account: '111122223333' }).work;
  const jwk = benchling.signer.publicKey.export({ format: 'jwk' });
  return Server.start(join(folder, 'bare.mjs'), (port) => ({
    ...environment,
    BENCH_BARE: JSON.stringify({ jwk, region: 'eu-west-1', queueUrl, port }),
  }));
}

/** In a process of its own, so that sending does not hold up the stand-ins. */
async function send(order: Pick<LoadOrder, 'port' | 'run' | 'rate'>): Promise<LoadResult> {
  const key = benchling.signer.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const child = spawn(process.execPath, [join(folder, 'load.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify({ ...order, key, connections, seconds: size.seconds } satisfies LoadOrder));
  return JSON.parse(await text(child.stdout)) as LoadResult;
}

function words({ readyAfter, atRest, peak, full: most, half, processor }: Measured): string {
  return `ready ${readyAfter.toFixed(0)} ms, ${most.perSecond.toFixed(0)}/s at ${processor.toFixed(0)} µs (p99 ${most.p99.toFixed(1)} ms), at half p50 ${half.p50.toFixed(1)} p99 ${half.p99.toFixed(1)} ms, ${atRest.toFixed(0)} → ${peak.toFixed(0)} MB, refused ${most.refused + half.refused}`;
}
