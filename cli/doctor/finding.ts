/** What a check of a stage says. Not knowing is a verdict of its own: it is never "in order", and never "absent". */
export interface Finding {
  readonly verdict: 'ok' | 'problem' | 'unknown';
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
  'last-good',
  'lock',
  'blocked mark',
] as const;
export type CheckName = (typeof checkNames)[number];
export type Check = Finding & { readonly name: CheckName };

export const ok = (says: string): Finding => ({ verdict: 'ok', says });
export const problem = (says: string, next: string): Finding => ({ verdict: 'problem', says, next });
/** Also whatever a check throws. */
export const unknown = (says: string, next?: string): Finding => ({ verdict: 'unknown', says, ...(next !== undefined && { next }) });
