/** Starts the release machine for a pushed tag, or because a person asks. In: CodeCommit's event, or AskedByHand. Out: the execution's name, or why there is none. Fails: nothing by name. Safe to repeat. */
import { executions } from './clients/executions.ts';
import { logged } from './clients/logged.ts';
import { table } from './clients/table.ts';
import { readEnvironment } from './contract/environment.ts';
import { StartEvent, startRelease } from './start-release.ts';

const { STATE_MACHINE_ARN, RELEASE_TABLE } = readEnvironment('StartRelease', process.env);
const ports = { executions: executions(STATE_MACHINE_ARN), table: table(RELEASE_TABLE) };

export const handler = logged('StartRelease', (event: unknown) => startRelease(StartEvent.parse(event), ports));
