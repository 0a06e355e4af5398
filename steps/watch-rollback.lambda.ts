/**
 * Looks where the rollback stands. In: the incident and what RollBack did. Out: running, again, settled or blocked, in words.
 * Fails: when AWS does not answer. Safe to repeat: it only reads.
 */
import { logged } from './clients/logged.ts';
import { services } from './clients/services.ts';
import { stacks } from './clients/stacks.ts';
import { entry } from './contract/entry.ts';
import { watchRollback } from './watch-rollback.ts';

export const handler = logged(
  'WatchRollback',
  entry('WatchRollback', (input) => watchRollback(input, { services, stacks })),
);
