import type { Clock } from '../clock.ts';
import type { StackArn } from '../config/index.ts';
import type { Resolved } from '../configuration.ts';
import type { Log } from '../log.ts';
import type { ProcessEvent } from '../work/process-event.ts';

export interface PackagingProps {
  stack: StackArn;
  /** For the way out: HTTPS_PROXY, NO_PROXY. */
  variables: Record<string, string | undefined>;
  /** The configuration as it is now: read anew for each event, so that a rotated secret counts at once. */
  resolved(): Resolved;
  /** Reads the secret again, because Benchling refused its credentials. */
  refresh(): Promise<void>;
  log: Log;
  /** @default - the system's */
  clock?: Clock;
}

/** Packages entries and draws canvases. Its clients of AWS are loaded with the first event, which keeps them out of the start. */
export function createProcessEvent(props: PackagingProps): ProcessEvent {
  let loaded: Promise<ProcessEvent> | undefined;
  return async (event, context) => {
    loaded ??= import('./packaging.ts').then(({ assemblePackaging, processWith }) => processWith(assemblePackaging(props)));
    return (await loaded)(event, context);
  };
}
