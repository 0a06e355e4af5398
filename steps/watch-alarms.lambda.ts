/** Looks at the stage's alarms once. In: release, stage, inspection, deployment, polls. Out: AlarmWatch. Fails: AlarmDuringWatch. Safe to repeat. */
import { alarms } from './clients/alarms.ts';
import { logged } from './clients/logged.ts';
import { entry } from './contract/entry.ts';
import { watchAlarms } from './watch-alarms.ts';

export const handler = logged(
  'WatchAlarms',
  entry('WatchAlarms', (input) => watchAlarms(input, { alarms })),
);
