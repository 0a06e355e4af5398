import * as z from 'zod';
import type { Executions, Table } from './contract/ports.ts';
import { keys, ReleaseRecord } from './contract/records.ts';
import { Commit, executionName, type ReleaseRequest } from './contract/release.ts';

/** CodeCommit's event, as EventBridge delivers it; the rule lets only tags through. */
export const TagEvent = z.object({
  detail: z.object({
    event: z.enum(['referenceCreated', 'referenceUpdated', 'referenceDeleted']),
    repositoryName: z.string(),
    referenceType: z.literal('tag'),
    referenceName: z.string(),
    /** Absent when the tag was deleted. */
    commitId: Commit.optional(),
    callerUserArn: z.string(),
  }),
});
export type TagEvent = z.infer<typeof TagEvent>;

export interface StartReleasePorts {
  executions: Executions;
  table: Pick<Table, 'query'>;
}
export type Started = { started: string | null; reason: string };

/**
 * Starts one execution a pushed tag and commit. A moved tag starts one too: AcceptTag refuses it, so that the refusal is on record. An
 * event that comes twice finds the name taken.
 */
export async function startRelease({ detail }: TagEvent, { executions, table }: StartReleasePorts): Promise<Started> {
  const { commitId: commit, referenceName: tag } = detail;
  if (detail.event === 'referenceDeleted' || !commit) return { started: null, reason: `${tag} was deleted` };
  const attempt = await attemptOf(tag, commit, table);
  const request: ReleaseRequest = { tag, commit, repository: detail.repositoryName, pushedBy: detail.callerUserArn, attempt };
  const name = executionName(request);
  const outcome = await executions.start(name, request);
  return outcome === 'started' ? { started: name, reason: `${tag} was pushed` } : { started: null, reason: `${name} already ran or runs` };
}

/** The commit's own first attempt, so that a second event is the same name; else the next free one of the tag. */
async function attemptOf(tag: string, commit: string, table: Pick<Table, 'query'>): Promise<number> {
  const records = z.array(ReleaseRecord).parse(await table.query(keys.release(tag, 1).pk));
  const own = records.filter((record) => record.commit === commit).map(({ attempt }) => attempt);
  return own.length > 0 ? Math.min(...own) : Math.max(0, ...records.map(({ attempt }) => attempt)) + 1;
}
