import type { Stacks } from '../contract/ports.ts';

/** `unseen`: no event of it yet, or never begun. `newest`: nothing happened since. `overtaken`: somebody began another after it. */
export type Operation = 'unseen' | 'newest' | 'overtaken';

/**
 * Where the operation with this token stands among those of a stack. CloudFormation puts the token on every event of an operation; a status
 * alone does not tell whose operation completed.
 */
export async function operationOf(stackId: string, token: string, stacks: Pick<Stacks, 'events'>): Promise<Operation> {
  const ofStack = (await stacks.events(stackId, 200)).filter(({ physicalId }) => physicalId === stackId);
  if (!ofStack.some((event) => event.token === token)) return 'unseen';
  return ofStack[0]?.token === token ? 'newest' : 'overtaken';
}

/** When the operation with this token began, by its first event; null when there is none yet. */
export async function beginningOf(stackId: string, token: string, stacks: Pick<Stacks, 'events'>): Promise<string | null> {
  const own = (await stacks.events(stackId, 200)).filter((event) => event.token === token);
  return own.map(({ at }) => at).sort()[0] ?? null;
}
