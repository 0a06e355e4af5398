/**
 * Writes what docs/cost.md reckons with: the history of a release to every stage and of one that is rolled back, as far as they cost something,
 * and what their steps asked of AWS. Waits are scaled there, so their number counts and their length does not. `npm run record:history`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { releaseTag } from '../../cli/release-tag.ts';
import { type LoggedCall, readCalls } from '../../rehearsal/call-log.ts';
import { faults } from '../../rehearsal/faults/catalogue.ts';
import { Rehearsal } from '../../rehearsal/rehearsal.ts';
import type { MeteredEvent } from '../../steps/contract/cost.ts';
import { historyFile, type RecordedRelease, requestsIn } from '../contract/recorded-history.ts';
import { copyOfTree } from '../scenarios/copy-of-tree.ts';

const copy = copyOfTree();
const checkout = { root: copy.folder, commit: copy.commit, changedFiles: 0, defaultTag: 'v1.0.0' };
const rehearsal = await Rehearsal.start({ checkout, containers: 'process' });
try {
  // Clients are made when they are imported, and must find where the rehearsal listens.
  Object.assign(process.env, rehearsal.parts.environment);
  await record('released', () => release('v1.0.0'));
  const crash = faults.find(({ name }) => name === 'boot-crash')!;
  await record('rolled-back', async () => {
    const injection = await rehearsal.inject(crash, 'v1.1.0');
    await release('v1.1.0', injection);
    await injection.end();
  });
} finally {
  await rehearsal.close();
  copy.remove();
}

function release(tag: string, injection?: Awaited<ReturnType<Rehearsal['inject']>>) {
  const signal = AbortSignal.timeout(600_000);
  return releaseTag(rehearsal, tag, { approval: 'yes', signal, ...(injection && { injection }) });
}

async function record(name: 'released' | 'rolled-back', run: () => Promise<unknown>): Promise<void> {
  const log = join(rehearsal.parts.home, 'calls.jsonl');
  const before = (await readCalls(log)).length;
  await run();
  const calls: LoggedCall[] = (await readCalls(log)).slice(before);
  const recorded: RecordedRelease = { events: await newestHistory(), requests: requestsIn(calls) };
  writeFileSync(historyFile(name), `${JSON.stringify(recorded)}\n`);
}

async function newestHistory(): Promise<MeteredEvent[]> {
  const { executionLookup } = await import('../../steps/clients/execution-lookup.ts');
  const { historyAfter } = await import('../../steps/clients/execution-history.ts');
  const [newest] = await executionLookup(rehearsal.parts.pipeline['StateMachineArn'] ?? '').recent();
  const events = await historyAfter(newest!.arn, 0);
  return events.map(({ at, type, state, service, bytes }) => ({
    at,
    type,
    ...(state !== undefined && { state }),
    ...(service !== undefined && { service }),
    ...(bytes !== undefined && { bytes }),
  }));
}
