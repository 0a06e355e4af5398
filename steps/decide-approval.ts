import { refuseOwnWork } from './checks/four-eyes.ts';
import { type ApprovalRules, ApprovalView, Decision, type DecisionAnswer } from './contract/decision.ts';
import type { Clock, Table, Waker } from './contract/ports.ts';
import { ApprovalRecord, keys, ReleaseRecord } from './contract/records.ts';

export interface DecideApprovalPorts {
  table: Pick<Table, 'get' | 'query' | 'update' | 'remove'>;
  waker: Waker;
  clock: Clock;
}
export interface DecisionCall {
  /** Of HTTP. */
  readonly method: string;
  /** ARN of the principal that signed the call, as AWS found it. */
  readonly by: string;
  readonly tag?: string | undefined;
  /** Of a POST; JSON that nobody has looked at. */
  readonly body?: unknown;
}
export interface DecisionReply {
  /** Of HTTP. */
  readonly status: number;
  readonly answer: DecisionAnswer;
}

/**
 * Lets a person see what waits, and decide. A GET changes nothing, whoever opens or fetches it ahead; a POST decides, once. What counts is what
 * is written here: the machine, once woken, reads the record.
 */
export async function decideApproval(call: DecisionCall, rules: ApprovalRules, ports: DecideApprovalPorts): Promise<DecisionReply> {
  if (call.method === 'GET') return show(call.tag, ports);
  if (call.method !== 'POST') return reply(405, `${call.method} is neither GET, which shows, nor POST, which decides.`);
  const decision = Decision.safeParse(call.body);
  if (!decision.success) return reply(400, 'The body is no decision: id, decision (approved, rejected) and a reason, if any.');
  return decide(decision.data, call.by, rules, ports);
}

async function show(tag: string | undefined, { table, clock }: DecideApprovalPorts): Promise<DecisionReply> {
  if (!tag) return reply(400, 'The tag is missing: ?tag=vX.Y.Z');
  const newest = (await attemptsAt(tag, table)).at(-1);
  const request = newest?.approvalId ? await find(newest.approvalId, table) : null;
  if (!request) return reply(404, `${tag} waits for no approval.`, `npx release status ${tag}`);
  const state = request.decision === 'pending' ? (isOver(request, clock) ? 'expired' : 'waits') : `is ${request.decision}`;
  return { status: 200, answer: { message: `${tag} at ${request.stage} ${state}.`, request: ApprovalView.parse(request) } };
}

async function decide(
  { id, decision, reason }: Decision,
  by: string,
  rules: ApprovalRules,
  ports: DecideApprovalPorts,
): Promise<DecisionReply> {
  const { table, clock, waker } = ports;
  const request = await find(id, table);
  if (!request) return reply(404, 'There is no such request.', 'npx release status');
  if (request.decision !== 'pending') return decidedBefore(request, ports);
  const status = `npx release status ${request.tag}`;
  if (isOver(request, clock))
    return reply(410, `The request of ${request.tag} expired at ${request.expiresAt}.`, `npx release retry ${request.tag}`);
  if (decision === 'approved') {
    const pushedBy = (await attemptsAt(request.tag, table)).map((attempt) => attempt.pushedBy);
    const refusal = refuseOwnWork(by, [request.pushedBy, ...pushedBy], rules);
    if (refusal) return reply(403, refusal.message, refusal.next);
  }
  const key = keys.approval(id);
  const decided = { decision, decidedBy: by, decidedAt: clock.now().toISOString(), ...(reason && { reason }) };
  if (!(await table.update(key.pk, key.sk, decided, { decision: 'pending' })))
    return decidedBefore((await find(id, table)) ?? request, ports);
  await forget(request, table);
  if ((await waker.wake(request.token, { id })) === 'late')
    return reply(410, `${request.tag} waits no more: its execution ended. Nothing is deployed by this.`, status);
  return {
    status: 200,
    answer: { message: `${request.tag} is ${decision} for ${request.stage} by ${by}.`, next: status, request: view(request, decided) },
  };
}

/** Whoever decided first may have been cut off before the machine was woken: it is woken again, and reads what they decided. */
async function decidedBefore(request: ApprovalRecord, { table, waker }: DecideApprovalPorts): Promise<DecisionReply> {
  await forget(request, table);
  await waker.wake(request.token, { id: request.id });
  const { tag, stage, decision, decidedBy, decidedAt } = request;
  return reply(409, `${tag} at ${stage} was already ${decision} by ${decidedBy}, at ${decidedAt}.`, `npx release status ${tag}`);
}

/** The stage's own note of who waits; a newer request's stays. */
async function forget({ stage, id }: ApprovalRecord, table: DecideApprovalPorts['table']): Promise<void> {
  const waiting = keys.waiting(stage);
  await table.remove(waiting.pk, waiting.sk, { id });
}

async function find(id: string, table: DecideApprovalPorts['table']): Promise<ApprovalRecord | null> {
  const { pk, sk } = keys.approval(id);
  const item = await table.get(pk, sk);
  return item && ApprovalRecord.parse(item);
}

const attemptsAt = async (tag: string, table: DecideApprovalPorts['table']): Promise<ReleaseRecord[]> =>
  ReleaseRecord.array()
    .parse(await table.query(keys.release(tag, 1).pk))
    .sort((a, b) => a.attempt - b.attempt);

const isOver = ({ expiresAt }: ApprovalRecord, clock: Clock) => Date.parse(expiresAt) <= clock.now().getTime();
const view = (request: ApprovalRecord, decided: Partial<ApprovalRecord>) => ApprovalView.parse({ ...request, ...decided });
const reply = (status: number, message: string, next?: string): DecisionReply => ({ status, answer: { message, ...(next && { next }) } });
