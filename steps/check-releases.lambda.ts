/**
 * Looks for releases that take too long, by the clock. In: expectedHours. Out: which, and how long they worked. Fails: when Step Functions does
 * not answer. Safe to repeat: it only looks.
 */
import { checkReleases } from './check-releases.ts';
import { clock } from './clients/clock.ts';
import { executionLookup } from './clients/execution-lookup.ts';
import { logged } from './clients/logged.ts';
import { measures } from './clients/measures.ts';
import { releaseHistory as history } from './clients/release-history.ts';
import { readEnvironment } from './contract/environment.ts';
import { ReleasesToCheck } from './contract/schedule.ts';

const { STATE_MACHINE_ARN } = readEnvironment('CheckReleases', process.env);
const ports = { executions: executionLookup(STATE_MACHINE_ARN), history, measures, clock };

export const handler = logged('CheckReleases', (event: unknown) => checkReleases(ReleasesToCheck.parse(event), ports));
