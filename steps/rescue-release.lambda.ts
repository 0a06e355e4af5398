/**
 * Takes an incident on whose execution died. In: Step Functions' event of its end. Out: the rescuing execution's name, or why there is none.
 * Fails: nothing by name. Safe to repeat: the name is taken the second time.
 */
import { clock } from './clients/clock.ts';
import { executionHistory as history } from './clients/ended-executions.ts';
import { executions } from './clients/executions.ts';
import { logged } from './clients/logged.ts';
import { measures } from './clients/measures.ts';
import { notifier } from './clients/notifier.ts';
import { table } from './clients/table.ts';
import { readEnvironment } from './contract/environment.ts';
import { ExecutionEnded, rescueRelease } from './rescue-release.ts';

const { STATE_MACHINE_ARN, RELEASE_TABLE, TOPIC_ARN } = readEnvironment('RescueRelease', process.env);
const ports = {
  history,
  executions: executions(STATE_MACHINE_ARN),
  table: table(RELEASE_TABLE),
  notifier: notifier(TOPIC_ARN),
  measures,
  clock,
};

export const handler = logged('RescueRelease', (event: unknown) => rescueRelease(ExecutionEnded.parse(event), ports));
