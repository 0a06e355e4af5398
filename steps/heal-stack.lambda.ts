/**
 * Frees a stack that was locked before the release came: deletes an empty one, brings a failed rollback to its end. In: release, stage,
 * inspection, its own last answer, polls. Out: running or healed. Fails: StackLocked. Safe to repeat: looks first, tokens and names are its own.
 */
import { clock } from './clients/clock.ts';
import { logged } from './clients/logged.ts';
import { objects } from './clients/objects.ts';
import { stacks } from './clients/stacks.ts';
import { table } from './clients/table.ts';
import { entry } from './contract/entry.ts';
import { readEnvironment } from './contract/environment.ts';
import { healStack } from './heal-stack.ts';

const { RELEASE_TABLE, DIAGNOSTICS_BUCKET } = readEnvironment('HealStack', process.env);
const ports = { clock, objects, stacks, table: table(RELEASE_TABLE), diagnosticsBucket: DIAGNOSTICS_BUCKET };

export const handler = logged(
  'HealStack',
  entry('HealStack', (input) => healStack(input, ports)),
);
