/** What a shell learns. Scripts rely on these. */
export const exitCodes = {
  /** Released; read-only verbs: done. */
  done: 0,
  /** Not released, and the rollback is proven or nothing had changed. */
  notReleased: 1,
  /** Could not start: bad option, nothing to talk to. */
  couldNotStart: 2,
  /** Not recovered: a person must act. */
  notRecovered: 3,
  interrupted: 130,
} as const;

/** Something that the user can mend: one line, exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** How a command tells main.ts its exit code, when it is not 0. */
export type SetExit = (code: number) => void;
