/**
 * Rehearses two releases and an update of the pipeline between them: the first waits for its approval while the update is deployed.
 * Run by self-update-in-flight.test.ts in the checkout that is released. Usage: node --import tsx test/scenarios/update-in-flight.ts CHECKOUT FILE
 * @param CHECKOUT whose pipeline is the update
 * @param FILE where `InFlight` is written
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { ReleaseResult } from '../../cli/result.ts';
import { assemble } from '../../rehearsal/assembly.ts';
import { readCheckout } from '../../rehearsal/checkout.ts';
import { Rehearsal } from '../../rehearsal/rehearsal.ts';
import { decideAs } from '../../rehearsal/world/people.ts';
import { isExecutionOf } from '../../steps/contract/release.ts';

/** What the test reads. */
export interface InFlight {
  /** The release that waited. */
  readonly waiting: Told;
  /** The one that was pushed after it. */
  readonly next: Told;
  /** Path of the log of calls. */
  readonly calls: string;
}
export interface Told {
  readonly result: ReleaseResult;
  /** Qualified ARNs of the functions that the execution invoked, in order. */
  readonly invoked: readonly string[];
  /** What the execution ended with; null when it failed. */
  readonly output: unknown;
  /** How many of the invocations came after the decision. */
  readonly afterApproval: number;
}

const [changed = '', file = ''] = process.argv.slice(2);
const { directory } = await assemble(changed);
const rehearsal = await Rehearsal.start({ checkout: await readCheckout(process.cwd()), containers: 'process' });
Object.assign(process.env, rehearsal.parts.environment);
const { releaseTag } = await import('../../cli/release-tag.ts');
const { newestAttempt } = await import('../../cli/releases.ts');
const { table: openTable } = await import('../../steps/clients/table.ts');
const { newestExecution } = await import('../../steps/clients/execution-history.ts');
const client = new SFNClient({});
const { signal } = new AbortController();
const table = rehearsal.parts.pipeline['ReleaseTable'] ?? '';
const calls = join(file, '..', 'calls.jsonl');

try {
  const waiting = await release('v1.4.0', () => rehearsal.update(directory));
  const next = await release('v1.4.1', async () => {});
  writeFileSync(file, JSON.stringify({ waiting, next, calls } satisfies InFlight));
} finally {
  client.destroy();
  await rehearsal.close({ keepCalls: calls });
}

/** Releases a tag; when it waits for a person, does something first and then approves. */
async function release(tag: string, first: () => Promise<void>): Promise<Told> {
  let decided: Promise<number> | undefined;
  const approve = async () => {
    await requested(tag);
    await first();
    const before = (await told(tag)).invoked.length;
    await decideAs(rehearsal.parts.people.approver, rehearsal.parts.pipeline['ApprovalUrl'] ?? '', tag, 'approved');
    return before;
  };
  const hear = ({ state, event }: { state: string; event: string }) => {
    if (state === 'RequestApproval' && event === 'entered') decided = approve();
  };
  const result = await releaseTag(rehearsal, tag, {
    approval: 'nobody',
    signal,
    injection: { start: () => rehearsal.push(tag), hear, end: async () => {} },
  });
  const before = await decided;
  const { invoked, output } = await told(tag);
  return { result, invoked, output, afterApproval: invoked.length - (before ?? invoked.length) };
}

/** Waits until the request is written, a moment after its state is entered. */
async function requested(tag: string): Promise<void> {
  while (!(await newestAttempt(openTable(table), tag)).approvalId) await sleep(100);
}

/** What the execution's history says it invoked, and what it ended with. */
async function told(tag: string): Promise<{ invoked: string[]; output: unknown }> {
  const executionArn = await newestExecution(rehearsal.parts.pipeline['StateMachineArn'] ?? '', (name) => isExecutionOf(tag, name));
  const invoked: string[] = [];
  let output: unknown = null;
  for (let nextToken: string | undefined, more = true; more; more = nextToken !== undefined) {
    const page = await client.send(new GetExecutionHistoryCommand({ executionArn: executionArn ?? '', nextToken }));
    for (const { taskScheduledEventDetails: task, executionSucceededEventDetails: end } of page.events ?? []) {
      if (task?.resourceType === 'lambda') invoked.push((JSON.parse(task.parameters ?? '{}') as { FunctionName: string }).FunctionName);
      if (end) output = JSON.parse(end.output ?? 'null');
    }
    nextToken = page.nextToken;
  }
  return { invoked, output };
}
