/** Deletes a stack that nothing else can be done with. In: release, stage, inspection, polls. Out: running or healed. Fails: StackLocked. Safe to repeat. */
import { logged } from './clients/logged.ts';
import { stacks } from './clients/stacks.ts';
import { entry } from './contract/entry.ts';
import { healStack } from './heal-stack.ts';

export const handler = logged(
  'HealStack',
  entry('HealStack', (input) => healStack(input, { stacks })),
);
