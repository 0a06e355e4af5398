/** Takes the stage and looks once more. In: release, stage, image, inspection, plan, approval, polls. Out: Lock. Fails: StageLocked, PlanStale, ApprovalRejected, Secret…. Safe to repeat. */
import { clock } from './clients/clock.ts';
import { logged } from './clients/logged.ts';
import { secretReader } from './clients/secret-reader.ts';
import { stacks } from './clients/stacks.ts';
import { table } from './clients/table.ts';
import { entry } from './contract/entry.ts';
import { readEnvironment } from './contract/environment.ts';
import { lockStage } from './lock-stage.ts';

const { RELEASE_TABLE } = readEnvironment('LockStage', process.env);
const ports = { table: table(RELEASE_TABLE), stacks, secrets: secretReader, clock };

export const handler = logged(
  'LockStage',
  entry('LockStage', (input) => lockStage(input, ports)),
);
