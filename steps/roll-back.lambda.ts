/**
 * Does the one move that brings the stage back. In: the incident and the diagnosis. Out: what was done; `nothing`, `started` or `blocked`.
 * Fails: when AWS does not answer. Safe to repeat: looks first, tokens and names are the release's own.
 */
import { clock } from './clients/clock.ts';
import { logged } from './clients/logged.ts';
import { objects } from './clients/objects.ts';
import { services } from './clients/services.ts';
import { stacks } from './clients/stacks.ts';
import { entry } from './contract/entry.ts';
import { readEnvironment } from './contract/environment.ts';
import { rollBack } from './roll-back.ts';

const { DIAGNOSTICS_BUCKET } = readEnvironment('RollBack', process.env);

export const handler = logged(
  'RollBack',
  entry('RollBack', (input) => rollBack(input, DIAGNOSTICS_BUCKET, { clock, objects, services, stacks })),
);
