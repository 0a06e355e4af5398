import * as z from 'zod';
import { tagPush } from './checks/tag-push.ts';
import { AskedByHand, type Started } from './contract/by-hand.ts';
import type { Executions, Table } from './contract/ports.ts';
import { keys, ReleaseRecord } from './contract/records.ts';
import { executionName, type ReleaseRequest } from './contract/release.ts';
import { GitHubTagEvent, TagEvent } from './contract/source.ts';

export const StartEvent = z.union([TagEvent, GitHubTagEvent, AskedByHand]);
export type StartEvent = z.infer<typeof StartEvent>;

export interface StartReleasePorts {
  executions: Executions;
  table: Pick<Table, 'query'>;
  /** The repository whose tags are released. */
  repository: string;
}

/**
 * Starts one execution a pushed tag and commit, or the next one when a person asks for a retry. A moved tag starts one too: AcceptTag refuses
 * it, so that the refusal is on record. What starts nothing is told to the log. An event that comes twice finds the name taken, and so do two people who retry at once.
 */
export async function startRelease(event: StartEvent, ports: StartReleasePorts): Promise<Started> {
  if ('asked' in event) return startByHand(event.asked, ports);
  const { tag, commit, repository, pushedBy } = tagPush(event);
  if (repository !== ports.repository) return { started: null, reason: `${tag} is a tag of ${repository}, not of ${ports.repository}` };
  if (!commit) return { started: null, reason: `${pushedBy} deleted ${tag}` };
  const attempt = firstAttempt(commit, await recordsOf(tag, ports.table));
  return start({ tag, commit, repository, pushedBy, attempt }, `${tag} was pushed`, ports);
}

async function startByHand(
  { tag, commit, repository, by: pushedBy, retry }: AskedByHand['asked'],
  ports: StartReleasePorts,
): Promise<Started> {
  const records = await recordsOf(tag, ports.table);
  const request = { tag, commit, repository, pushedBy };
  if (!retry) return start({ ...request, attempt: firstAttempt(commit, records) }, `${pushedBy} started ${tag}`, ports);
  if (records.length === 0) return { started: null, reason: `${tag} was never tried` };
  return start({ ...request, attempt: lastAttempt(records) + 1 }, `${pushedBy} retried ${tag}`, ports);
}

async function start(request: ReleaseRequest, reason: string, { executions }: StartReleasePorts): Promise<Started> {
  const name = executionName(request);
  const outcome = await executions.start(name, request);
  return outcome === 'started' ? { started: name, reason } : { started: null, reason: `${name} already ran or runs` };
}

const recordsOf = async (tag: string, table: Pick<Table, 'query'>) =>
  z.array(ReleaseRecord).parse(await table.query(keys.release(tag, 1).pk));

const lastAttempt = (records: readonly ReleaseRecord[]) => Math.max(0, ...records.map(({ attempt }) => attempt));

/** The commit's own first attempt, so that a second event is the same name; else the next free one of the tag. */
function firstAttempt(commit: string, records: readonly ReleaseRecord[]): number {
  const own = records.filter((record) => record.commit === commit).map(({ attempt }) => attempt);
  return own.length > 0 ? Math.min(...own) : lastAttempt(records) + 1;
}
