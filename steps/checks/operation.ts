import type { Stacks } from '../contract/ports.ts';

/**
 * Whether the newest operation on a stack is the one with this token. CloudFormation puts the token on every event of an operation; a status
 * alone does not tell whose operation completed.
 */
export async function isOurOperation(stackId: string, token: string, stacks: Pick<Stacks, 'events'>): Promise<boolean> {
  const events = await stacks.events(stackId, 100);
  return events.find(({ physicalId }) => physicalId === stackId)?.token === token;
}
