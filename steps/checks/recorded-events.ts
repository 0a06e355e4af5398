import type { Recorded } from '../contract/ports.ts';
import type { Incident } from '../contract/steps.ts';
import type { SourceDefinition } from './diagnostic-sources.ts';

/**
 * What the flight recorder holds of the stage since the release began: keys, not copies. They lie in the same bucket, and outlive the bundle's
 * own sources: a task that ECS has forgotten is still there.
 */
export function recordedEvents({ stage, release, execution }: Incident, { recorded }: { recorded: Recorded }): SourceDefinition[] {
  if (!stage) return [];
  const since = release?.startedAt ?? execution.startedAt;
  return [
    {
      source: 'recorder',
      seconds: 20,
      gather: async (bundle) => {
        const keys = await recorded.since(stage.name, since);
        await bundle.put('recorder', 'recorded.json', JSON.stringify({ stage: stage.name, since, keys }, null, 2));
      },
    },
  ];
}
