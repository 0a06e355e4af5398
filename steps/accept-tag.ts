import semver from 'semver';
import * as z from 'zod';
import { type TagReach, tagReach } from './checks/tag-reach.ts';
import { ReleaseError } from './contract/errors.ts';
import type { SourceHost, Table } from './contract/ports.ts';
import { keys, ReleaseRecord, StageState } from './contract/records.ts';
import type { ReleaseRequest } from './contract/release.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

export interface AcceptTagPorts {
  host: SourceHost;
  table: Table;
}

/** Lets a tag in, or refuses it before anything else looks at it. The record comes first, so that a refusal leaves one, too. */
export async function acceptTag(
  { request, execution, stages }: StepInput<'AcceptTag'>,
  { host, table }: AcceptTagPorts,
): Promise<StepOutput<'AcceptTag'>> {
  await openRecord(request, execution, table);
  const version = versionOf(request.tag);
  const reach = tagReach(request.tag, stages);
  refuseUnwanted(request, reach);
  await refuseMoved(request, host, table);
  await confirm(request, execution.name, reach, table);
  const states = await Promise.all(reach.stages.map((name) => stateOf(name, table)));
  for (const state of states) refuseBehind(request, version, state);
  const isProven = (index: number) => states[index]?.proven?.tag === request.tag;
  return {
    tag: request.tag,
    version,
    commit: request.commit,
    attempt: request.attempt,
    name: execution.name,
    pushedBy: request.pushedBy,
    startedAt: execution.startedAt,
    stages: reach.stages.filter((_, index) => !isProven(index)),
    ...(reach.endsBefore && { endsBefore: reach.endsBefore }),
  };
}

async function openRecord(request: ReleaseRequest, execution: { name: string; startedAt: string }, table: Table): Promise<void> {
  const { tag, commit, attempt, pushedBy } = request;
  const key = keys.release(tag, attempt);
  const record: ReleaseRecord = { ...key, tag, commit, attempt, pushedBy, ...execution, confirmed: false, outcome: 'running' };
  if (await table.insert(record)) return;
  // Either this very step ran before, or two commits of one tag took the same attempt.
  const existing = ReleaseRecord.parse(await table.get(key.pk, key.sk));
  if (existing.name !== execution.name) throw moved(request, `attempt ${attempt} belongs to ${existing.name}`);
}

/** @returns semver without the v */
function versionOf(tag: string): string {
  const version = tag.replace(/^v/, '');
  // Build metadata is refused with the rest: an image tag cannot hold a plus sign, and versions that differ by it alone rank the same.
  if (tag === version || semver.valid(version) !== version) {
    throw new ReleaseError('TagMalformed', `The tag is ${tag}; expected v and a semantic version without build metadata, like v1.4.0.`);
  }
  return version;
}

function refuseUnwanted({ tag }: ReleaseRequest, { stages, endsBefore }: TagReach): void {
  if (stages.length > 0) return;
  throw new ReleaseError('TagMalformed', `The tag is ${tag}, and ${endsBefore}, the first stage, takes no tag like it.`);
}

/** From here on the tag is this commit. Until then it was somebody's claim, which must not keep the true one out. */
async function confirm({ tag, attempt }: ReleaseRequest, name: string, { endsBefore }: TagReach, table: Table): Promise<void> {
  const { pk, sk } = keys.release(tag, attempt);
  await table.update(pk, sk, { confirmed: true, ...(endsBefore && { endsBefore }) }, { name });
}

async function refuseMoved(request: ReleaseRequest, host: SourceHost, table: Table): Promise<void> {
  const [atHost, items] = await Promise.all([
    host.commitOfTag(request.repository, request.tag),
    table.query(keys.release(request.tag, 1).pk),
  ]);
  if (atHost !== request.commit) throw moved(request, atHost ? `the host says ${atHost}` : 'the host has no such tag any more');
  const records = z
    .array(ReleaseRecord)
    .parse(items)
    .filter(({ confirmed }) => confirmed !== false);
  const [first] = records.sort((a, b) => a.attempt - b.attempt);
  if (first && first.commit !== request.commit) throw moved(request, `attempt ${first.attempt} released ${first.commit}`);
}

async function stateOf(stage: string, table: Table): Promise<StageState> {
  const key = keys.state(stage);
  return StageState.parse((await table.get(key.pk, key.sk)) ?? key);
}

function refuseBehind(request: ReleaseRequest, version: string, { proven, pk }: StageState): void {
  if (!proven) return;
  if (proven.tag === request.tag && proven.commit !== request.commit) throw moved(request, `${pk} runs it as ${proven.commit}`);
  if (semver.lt(version, proven.tag)) {
    throw new ReleaseError('TagBehind', `The tag is ${request.tag}, but ${pk.replace('STAGE#', '')} runs ${proven.tag}.`);
  }
}

const moved = ({ tag, commit }: ReleaseRequest, seen: string) =>
  new ReleaseError('TagMoved', `The tag ${tag} was pushed as ${commit}, but ${seen}.`);
