/** What a check says. Not knowing is a verdict of its own: it is never "in order", and never "absent". */
export interface Finding {
  /** `warning`: releases work, and somebody should know; `missing`: AWS said that there is none; `unknown`: it could not be looked at. */
  readonly verdict: 'ok' | 'warning' | 'missing' | 'problem' | 'unknown';
  /** One line; never a value of the secret. */
  readonly says: string;
  /** The one command to go on with; absent when all is well. */
  readonly next?: string;
}

export const checkNames = [
  'foundation',
  'sample key',
  'secret',
  'stack',
  'service',
  'version',
  'targets',
  'work queue',
  'last-good',
  'lock',
  'blocked mark',
] as const;
export type CheckName = (typeof checkNames)[number];
/** A check by its name: of a stage, one of `checkNames`. */
export type Check = Finding & { readonly name: string };

export const ok = (says: string): Finding => ({ verdict: 'ok', says });
export const problem = (says: string, next: string): Finding => ({ verdict: 'problem', says, next });
export const warning = (says: string, next: string): Finding => ({ verdict: 'warning', says, next });
export const missing = (says: string, next: string): Finding => ({ verdict: 'missing', says, next });
/** Also whatever a check throws. */
export const unknown = (says: string, next?: string): Finding => ({ verdict: 'unknown', says, ...(next !== undefined && { next }) });

/** Runs one check: what it throws is what could not be looked at, and keeps no other check from looking. */
export async function finding(check: () => Finding | Promise<Finding>): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    return unknown(`could not be looked at: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
  }
}
