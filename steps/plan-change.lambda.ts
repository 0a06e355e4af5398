/** Computes the change set of the tag's template. In: release, stage, image, inspection, polls. Out: Plan. Fails: ChangeRefused, ChangeSetFailed. Safe to repeat. */
import { logged } from './clients/logged.ts';
import { objects } from './clients/objects.ts';
import { stacks } from './clients/stacks.ts';
import { entry } from './contract/entry.ts';
import { planChange } from './plan-change.ts';

export const handler = logged(
  'PlanChange',
  entry('PlanChange', (input) => planChange(input, { stacks, objects })),
);
