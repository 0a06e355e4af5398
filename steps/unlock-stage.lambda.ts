/** Records what was proven and frees the stage. In: release, stage, image, smoke. Out: nothing. Fails: nothing by name. Safe to repeat. */
import { clock } from './clients/clock.ts';
import { logged } from './clients/logged.ts';
import { table } from './clients/table.ts';
import { entry } from './contract/entry.ts';
import { readEnvironment } from './contract/environment.ts';
import { unlockStage } from './unlock-stage.ts';

const { RELEASE_TABLE } = readEnvironment('UnlockStage', process.env);
const ports = { table: table(RELEASE_TABLE), clock };

export const handler = logged(
  'UnlockStage',
  entry('UnlockStage', (input) => unlockStage(input, ports)),
);
