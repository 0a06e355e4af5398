import semver from 'semver';
import type { Table, Waker } from '../contract/ports.ts';
import { ApprovalRecord, keys, type Proven, StageState, WaitingRecord } from '../contract/records.ts';
import type { Release } from '../contract/release.ts';

/** A person is asked about one release of a stage at a time: the newest that is there. */

export interface TurnPorts {
  table: Pick<Table, 'get' | 'insert' | 'update'>;
  waker: Waker;
}
type Turn = Pick<ApprovalRecord, 'id' | 'tag' | 'attempt' | 'stage'>;

/** Two releases that ask at once meet here again; tries. */
const tries = 5;

/**
 * Makes this the request that waits at the stage. An older one is superseded, and so is this one when a newer one waits.
 * @returns the newer tag; null when the turn is taken. Safe to repeat
 */
export async function takeTurn(own: Turn & Pick<ApprovalRecord, 'requestedAt' | 'expiresAt'>, ports: TurnPorts): Promise<string | null> {
  const { table } = ports;
  const key = keys.waiting(own.stage);
  const { id, tag, attempt, requestedAt: since, expiresAt } = own;
  const note: WaitingRecord = { ...key, id, tag, attempt, since, expiresAt };
  for (let left = tries; left > 0; left--) {
    if (await table.insert(note)) return null;
    const item = await table.get(key.pk, key.sk);
    const other = item && WaitingRecord.parse(item);
    if (!other) continue;
    if (other.id === id) return null;
    if (compare(other, own) > 0 && (await waits(other, since, table))) {
      await supersede(own.id, other.tag, since, ports);
      return other.tag;
    }
    // First the request: a step that is cut off here finds the older one's note again.
    await supersede(other.id, tag, since, ports);
    const { pk, sk, ...attributes } = note;
    if (await table.update(pk, sk, attributes, { id: other.id })) return null;
  }
  throw new Error(`the turn at ${own.stage} was lost ${tries} times: others ask at the same moment`);
}

/** Supersedes an older request that waits at a stage which this release has reached. */
export async function supersedeOlder(own: Pick<Turn, 'tag' | 'attempt' | 'stage'>, at: string, ports: TurnPorts): Promise<void> {
  const { pk, sk } = keys.waiting(own.stage);
  const item = await ports.table.get(pk, sk);
  const other = item && WaitingRecord.parse(item);
  if (other && compare(other, own) < 0) await supersede(other.id, own.tag, at, ports);
}

/** What a newer tag proved at the stage; null when there is no such thing. */
export async function provenByNewer({ tag }: Pick<Release, 'tag'>, stage: string, table: Pick<Table, 'get'>): Promise<Proven | null> {
  const key = keys.state(stage);
  const { proven } = StageState.parse((await table.get(key.pk, key.sk)) ?? key);
  return proven && semver.gt(proven.tag, tag) ? proven : null;
}

/** Unless it was decided before. Its execution is woken, and reads what became of it. */
async function supersede(id: string, byTag: string, at: string, { table, waker }: TurnPorts): Promise<void> {
  const { pk, sk } = keys.approval(id);
  await table.update(pk, sk, { decision: 'superseded', decidedBy: byTag, decidedAt: at }, { decision: 'pending' });
  const item = await table.get(pk, sk);
  const request = item && ApprovalRecord.parse(item);
  if (request?.decision === 'superseded') await waker.wake(request.token, { id });
}

async function waits({ id, expiresAt }: WaitingRecord, now: string, table: Pick<Table, 'get'>): Promise<boolean> {
  const { pk, sk } = keys.approval(id);
  return (await table.get(pk, sk))?.['decision'] === 'pending' && expiresAt > now;
}

/** Below 0 when `a` is older. */
const compare = (a: Pick<Turn, 'tag' | 'attempt'>, b: Pick<Turn, 'tag' | 'attempt'>) =>
  semver.compare(a.tag, b.tag) || a.attempt - b.attempt;
