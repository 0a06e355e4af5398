import type { ApprovalRecord, LockRecord, StageState, WaitingRecord } from '../../steps/contract/records.ts';

/** What `release status` knows of a stage; what there is none of is null. */
export interface StageStanding {
  readonly name: string;
  readonly state: StageState | null;
  readonly lock: LockRecord | null;
  /** The stage's note of who waits, and that request. */
  readonly waiting: WaitingRecord | null;
  readonly request: Pick<ApprovalRecord, 'decision'> | null;
  readonly now: Date;
}

/** One line for what runs, then one for each thing that keeps the next release waiting, with what ends the wait. */
export function stageLines({ name, state, lock, waiting, request, now }: StageStanding): string[] {
  const { proven, blocked } = state ?? {};
  return [
    `${name}: ${proven ? `${proven.tag} (${proven.commit.slice(0, 7)}), proven ${proven.at}` : 'nothing proven yet'}`,
    ...(lock ? [`  held by ${lock.holder} since ${lock.since}${lock.reason ? ` (${lock.reason})` : ''}: one release at a time`] : []),
    ...(blocked
      ? [
          `  BLOCKED since ${blocked.at} by ${blocked.release}: ${blocked.reason}`,
          `  No release begins here before it is cleared: npx release doctor ${name}, then npx release doctor ${name} --clear --yes`,
        ]
      : []),
    // A note may outlive its request: who was decided about, or too late, waits no more.
    ...(waiting && request?.decision === 'pending' && Date.parse(waiting.expiresAt) > now.getTime()
      ? [
          `  ${waiting.tag} waits for approval since ${waiting.since}, until ${waiting.expiresAt}`,
          `  Decide: npx release approve ${waiting.tag}, or npx release reject ${waiting.tag} --reason "…"`,
        ]
      : []),
  ];
}
