/** Takes the stage and looks once more. In: release, stage, image, inspection, plan, approval, execution, polls. Out: Lock. Fails: StageLocked, PlanStale, ApprovalRejected, Superseded, Secret…. Safe to repeat. */
import { clock } from './clients/clock.ts';
import { executionStates as executions } from './clients/execution-states.ts';
import { logged } from './clients/logged.ts';
import { objects } from './clients/objects.ts';
import { secretReader } from './clients/secret-reader.ts';
import { stacks } from './clients/stacks.ts';
import { table } from './clients/table.ts';
import { wake } from './clients/task-tokens.ts';
import { entry } from './contract/entry.ts';
import { readEnvironment } from './contract/environment.ts';
import { lockStage } from './lock-stage.ts';

const { RELEASE_TABLE } = readEnvironment('LockStage', process.env);
const ports = { table: table(RELEASE_TABLE), executions, stacks, secrets: secretReader, objects, waker: { wake }, clock };

export const handler = logged(
  'LockStage',
  entry('LockStage', (input) => lockStage(input, ports)),
);
