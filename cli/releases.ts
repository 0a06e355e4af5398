import type { Table } from '../steps/contract/ports.ts';
import type { ReleaseRecord } from '../steps/contract/records.ts';
import { keys } from '../steps/contract/records.ts';
import { UsageError } from './exit-codes.ts';

/** The newest attempt at a tag. Throws UsageError when the tag was never released here. */
export async function newestAttempt(table: Table, tag: string): Promise<ReleaseRecord> {
  const newest = newestOf((await table.query(keys.release(tag, 1).pk)) as ReleaseRecord[]);
  if (!newest) throw new UsageError(`No release of ${tag} is recorded. Next: release status, or git push origin ${tag}`);
  return newest;
}

/** undefined of none. */
export const newestOf = (attempts: readonly ReleaseRecord[]) => attempts.toSorted((a, b) => a.attempt - b.attempt).at(-1);
