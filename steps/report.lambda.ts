/**
 * Tells people what happened, closes the record, frees the stage or marks it blocked. In: the incident with all that was found and done.
 * Out: outcome, cause, and where the report lies. Fails: never for a store that is down. Safe to repeat: tells people again.
 */
import { announcer } from './clients/announcer.ts';
import { clock } from './clients/clock.ts';
import { logged } from './clients/logged.ts';
import { measures } from './clients/measures.ts';
import { notifier } from './clients/notifier.ts';
import { objects } from './clients/objects.ts';
import { releaseHistory as history } from './clients/release-history.ts';
import { runbookPages } from './clients/runbook-pages.ts';
import { table } from './clients/table.ts';
import { entry } from './contract/entry.ts';
import { readEnvironment } from './contract/environment.ts';
import { report } from './report.ts';

const { DIAGNOSTICS_BUCKET, RELEASE_TABLE, TOPIC_ARN } = readEnvironment('Report', process.env);
const told = { announcer, notifier: notifier(TOPIC_ARN), measures };
const ports = { ...told, clock, history, objects, runbooks: runbookPages, table: table(RELEASE_TABLE) };

export const handler = logged(
  'Report',
  entry('Report', (input) => report(input, DIAGNOSTICS_BUCKET, ports)),
);
