import type { Cost } from '../contract/cost.ts';
import type { Measured } from '../contract/metrics.ts';
import type { Clock, ReleaseHistory } from '../contract/ports.ts';
import { steps } from '../contract/steps.ts';
import { within } from './deadline.ts';
import { ReleaseMeter } from './release-meter.ts';

/** What an execution took and cost until now, as its last step but the end sees it. */
export interface Tally {
  readonly cost: Cost;
  /** Seconds by step, BuildImage and the waits for people among them. */
  readonly steps: ReadonlyMap<string, number>;
}

/** How long a history is waited for: a report that is late because of its cost would be the wrong way round. */
const patience = 15_000;

/**
 * Reads the history of the execution that is asking. Rejects when it does not come in time.
 * @param executionArns that one last; before it the dead one that it took the release over from, if it did
 */
export async function tally(
  executionArns: readonly string[],
  { history, clock }: { history: ReleaseHistory; clock: Clock },
  milliseconds = patience,
): Promise<Tally> {
  const meter = new ReleaseMeter();
  const histories = await within(milliseconds, Promise.all(executionArns.map((arn) => history.events(arn))));
  for (const event of histories.flat()) meter.take(event);
  const until = clock.now().toISOString();
  const isStep = (state: string) => state in steps || state === 'BuildImage';
  // The end is one more state.
  return {
    cost: meter.cost({ ahead: 1, until }),
    steps: new Map([...meter.seconds(until)].filter(([state]) => isStep(state))),
  };
}

/** Of every release, however it ended. */
export const tallied = ({ cost, steps: seconds }: Tally): Measured[] => [
  { metric: 'ReleaseCost', value: cost.usd },
  ...[...seconds].map(([Step, value]) => ({ metric: 'StepDuration', value, Step }) as const),
];

/** `$0.0123, and $0.05 for 5 build minutes` */
export function costInWords({ usd, build }: Cost): string {
  const built = build.minutes > 0 ? `, and $${build.usd.toFixed(2)} for ${build.minutes} build minutes` : '';
  return `$${usd.toFixed(4)}${built}`;
}
