/**
 * Names the cause. In: the incident and the pointer to its bundle. Out: cause, confidence, one sentence, at most 20 lines that prove it.
 * Fails: never for what the bundle lacks. Safe to repeat: it only reads.
 */
import { logged } from './clients/logged.ts';
import { objects } from './clients/objects.ts';
import { entry } from './contract/entry.ts';
import { diagnose } from './diagnose.ts';

export const handler = logged(
  'Diagnose',
  entry('Diagnose', (input) => diagnose(input, objects)),
);
