import { writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Checkout, tagBelow } from '../rehearsal/checkout.ts';
import { NothingWithheld } from '../rehearsal/deploy-pipeline.ts';
import type { Fault } from '../rehearsal/faults/fault.ts';
import { MemoryWatch } from '../rehearsal/process-memory.ts';
import { Rehearsal } from '../rehearsal/rehearsal.ts';
import type { Approval } from './approver.ts';
import { endpointFile, projectRoot } from './connection.ts';
import { exitCodes, UsageError } from './exit-codes.ts';
import { Interruption } from './interruption.ts';
import { openKeptRelease } from './kept-releases.ts';
import { formOf } from './kept-reports.ts';
import { openFile } from './open-file.ts';
import { type RehearsedRelease, rehearseRelease, releaseBefore } from './rehearse-release.ts';
import { exitCodeOf } from './result.ts';
import { printSummary } from './view/summary.ts';
import { duration } from './view/words.ts';

export interface RehearseOptions {
  readonly tag?: string;
  readonly fault?: Fault;
  readonly approve?: 'yes' | 'no' | 'ask';
  readonly timeScale: number;
  readonly containers?: 'process' | 'docker';
  readonly withhold?: { readonly step: string; readonly action: string };
  readonly json?: string;
  readonly keep: boolean;
  readonly open: boolean;
}

/** `--json`: what became of the release, and what only a rehearsal can know. */
export interface RehearsalResult extends RehearsedRelease {
  readonly containers: 'process' | 'docker';
  readonly timeScale: number;
  readonly peakMebibytes: number | null;
  /** Log of every API call, one JSON object a line; kept for as long as the report. */
  readonly calls: string;
}

/** Rehearses one release from the checkout's commit. Always ends what it started, also when interrupted. */
export async function rehearse(checkout: Checkout, options: RehearseOptions): Promise<{ exitCode: number; release?: RehearsalResult }> {
  const began = Date.now();
  const memory = new MemoryWatch();
  const interruption = new Interruption();
  let rehearsal: Rehearsal | undefined;
  const tag = options.tag ?? checkout.defaultTag;
  let kept: string | undefined;
  try {
    printHeading(checkout, options, tag);
    rehearsal = await Rehearsal.start({ checkout, ...options });
    printPlace(rehearsal, began);
    // Clients of AWS are made when they are first imported: from here on they find the rehearsal.
    Object.assign(process.env, rehearsal.parts.environment);
    await rehearsal.join(endpointFile);
    kept = await openKeptRelease(projectRoot, tag, rehearsal.parts.id);
    const release = await run(rehearsal, options, tag, kept, interruption, { began, memory });
    if (options.keep) await hold(rehearsal, interruption);
    return { exitCode: exitCodeOf(release), release };
  } catch (error) {
    if (interruption.happened) return { exitCode: exitCodes.interrupted };
    if (error instanceof NothingWithheld) throw new UsageError(error.message);
    throw error;
  } finally {
    memory.stop();
    await rehearsal?.leave(endpointFile);
    await rehearsal?.close({ ...(kept && { keepCalls: join(kept, 'calls.jsonl') }) });
    interruption.dispose();
  }
}

async function run(
  rehearsal: Rehearsal,
  options: RehearseOptions,
  tag: string,
  kept: string,
  { signal }: Interruption,
  { began, memory }: { began: number; memory: MemoryWatch },
): Promise<RehearsalResult> {
  const { fault } = options;
  const approval: Approval = fault?.approve ?? options.approve ?? (process.stdin.isTTY ? 'ask' : 'yes');
  const ready = Date.now();
  const before = fault?.on === 'update' ? await releaseBefore(rehearsal, tagBelow(tag), signal) : null;
  const beforeDone = Date.now();
  const met = await rehearseRelease(rehearsal, { tag, before, approval, kept, signal, ...(fault && { fault }) });
  const release: RehearsalResult = {
    ...met,
    durations: {
      ...met.durations,
      setUp: ready - began,
      ...(before && { releaseBefore: beforeDone - ready }),
      total: Date.now() - began,
    },
    containers: rehearsal.parts.containers,
    timeScale: options.timeScale,
    peakMebibytes: memory.peakMebibytes,
    calls: join(kept, 'calls.jsonl'),
  };
  await printSummary(release, rehearsal.parts.stages);
  // Before anything is kept running: whoever waits for the file need not wait for that.
  if (options.json) await writeFile(resolve(options.json), `${JSON.stringify(release, null, 2)}\n`);
  if (options.open && release.report) openFile(formOf(release.report, 'html'));
  return release;
}

async function hold(rehearsal: Rehearsal, { signal }: Interruption): Promise<void> {
  const { environment, stages, world } = rehearsal.parts;
  const { HTTPS_PROXY, NO_PROXY, NODE_EXTRA_CA_CERTS: CURL_CA_BUNDLE } = world.environment();
  console.log('\nStill running, until Ctrl-C. Join it with `npx release status`, or with the AWS CLI:');
  for (const name of ['AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
    console.log(`  export ${name}=${environment[name]}`);
  console.log('Stages have names and certificates of this rehearsal only. With these, curl calls them:');
  for (const [name, value] of Object.entries({ HTTPS_PROXY, NO_PROXY, CURL_CA_BUNDLE })) console.log(`  export ${name}=${value}`);
  for (const { name, url } of stages) console.log(`  ${name}: ${url}`);
  while (!signal.aborted) await sleep(500, undefined, { signal }).catch(() => {});
}

function printHeading({ commit, changedFiles }: Checkout, { timeScale }: RehearseOptions, tag: string): void {
  console.log(`Rehearsing ${tag} at commit ${commit.slice(0, 7)}; waits ×${timeScale}, process work is real.`);
  if (changedFiles > 0)
    console.log(
      `The working tree has ${changedFiles} changed file${changedFiles > 1 ? 's' : ''}: the commit is released, the pipeline is the tree's.`,
    );
}

function printPlace(rehearsal: Rehearsal, began: number): void {
  const { containers, withoutDocker, leftovers, id } = rehearsal.parts;
  const how = containers === 'docker' ? 'Docker containers' : ['child processes', ...(withoutDocker ? [withoutDocker] : [])].join(': ');
  console.log(
    `The pipeline stands (${duration(Date.now() - began)}), containers are ${how}. Rehearsal ${id}, log ${relative(process.cwd(), join(rehearsal.parts.home, 'rehearsal.log'))}`,
  );
  if (leftovers > 0) console.log(`Cleaned up after ${leftovers} interrupted rehearsal${leftovers > 1 ? 's' : ''}.`);
}
