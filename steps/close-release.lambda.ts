/** Records and tells that the tag is released, and what it cost. In: release, image, execution. Out: the outcome. Fails: nothing by name. Safe to repeat, but tells it again. */
import { announcer } from './clients/announcer.ts';
import { clock } from './clients/clock.ts';
import { logged } from './clients/logged.ts';
import { measures } from './clients/measures.ts';
import { notifier } from './clients/notifier.ts';
import { releaseHistory as history } from './clients/release-history.ts';
import { table } from './clients/table.ts';
import { closeRelease } from './close-release.ts';
import { entry } from './contract/entry.ts';
import { readEnvironment } from './contract/environment.ts';

const { RELEASE_TABLE, TOPIC_ARN } = readEnvironment('CloseRelease', process.env);
const ports = { table: table(RELEASE_TABLE), notifier: notifier(TOPIC_ARN), announcer, history, measures, clock };

export const handler = logged(
  'CloseRelease',
  entry('CloseRelease', (input) => closeRelease(input, ports)),
);
