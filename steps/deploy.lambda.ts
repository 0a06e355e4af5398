/** Executes the change set. In: release, stage, plan, inspection. Out: Deployment. Fails: PlanStale. Safe to repeat. */
import { clock } from './clients/clock.ts';
import { logged } from './clients/logged.ts';
import { stacks } from './clients/stacks.ts';
import { entry } from './contract/entry.ts';
import { deploy } from './deploy.ts';

export const handler = logged(
  'Deploy',
  entry('Deploy', (input) => deploy(input, { stacks, clock })),
);
