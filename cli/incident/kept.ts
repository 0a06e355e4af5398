import { nextPatch } from '../../steps/checks/runbook-values.ts';
import type { Cause } from '../../steps/contract/causes.ts';
import { IncidentReport } from '../../steps/contract/report.ts';
import type { RunbookInput } from '../../steps/contract/runbook.ts';
import { newestKeptReport, readKept } from '../kept-reports.ts';

/** Why a tag was not released, and what its page's commands need to know. */
export interface KnownIncident {
  readonly cause: Cause;
  readonly release: string;
  readonly outcome: string;
  readonly values: Partial<Record<RunbookInput, string>>;
}

const Told = IncidentReport.pick({ cause: true, tag: true, commit: true, release: true, stage: true, outcome: true });

/**
 * The incident of a tag in the newest rehearsal that is over; null when none was kept. Its buckets and stacks are gone: their names are left out.
 * @param root of the project
 */
export async function keptIncident(root: string, tag: string): Promise<KnownIncident | null> {
  const path = await newestKeptReport(root, tag);
  if (path === null) return null;
  const { cause, commit, release, stage, outcome } = Told.strip().parse(JSON.parse(await readKept(path, 'json')));
  const next = nextPatch(tag);
  const values = { TAG: tag, COMMIT: commit, RELEASE: release, ...(next && { NEXT: next }), ...(stage && { STAGE: stage }) };
  return { cause, release, outcome, values };
}
