/** Starts the release machine for a pushed tag, or because a person asks. In: the event of CodeCommit or of GitHub's workflow, or AskedByHand. Out: the execution's name, or why there is none. Fails: nothing by name. Safe to repeat. */
import { Logger } from '@aws-lambda-powertools/logger';
import { executions } from './clients/executions.ts';
import { logged } from './clients/logged.ts';
import { table } from './clients/table.ts';
import { readEnvironment } from './contract/environment.ts';
import { Source } from './contract/source.ts';
import { StartEvent, startRelease } from './start-release.ts';

const { STATE_MACHINE_ARN, RELEASE_TABLE, SOURCE } = readEnvironment('StartRelease', process.env);
const { repository } = Source.parse(JSON.parse(SOURCE));
const ports = { executions: executions(STATE_MACHINE_ARN), table: table(RELEASE_TABLE), repository };
const logger = new Logger({ serviceName: 'StartRelease' });

export const handler = logged('StartRelease', async (event: unknown) => {
  const answer = await startRelease(StartEvent.parse(event), ports);
  // The one trace of an event that no release came of: a deleted tag, one of another repository, a second delivery.
  if (answer.started === null) logger.warn('StartRelease started nothing', { reason: answer.reason });
  return answer;
});
