import { setTimeout as sleep } from 'node:timers/promises';
import type { Configuration, Resolved } from './configuration.ts';
import { ConfigurationError } from './configuration-error.ts';
import type { Log } from './log.ts';

/** Waits between attempts, milliseconds: about 12 s in all, well inside the grace that a new task has. */
const patience = [250, 500, 1000, 2000, 4000, 4000];

/** The first read of the configuration. Throttles and short outages are waited out; ConfigurationError ends it at once. */
export async function resolveWithPatience(configuration: Configuration, log: Log, waits: readonly number[] = patience): Promise<Resolved> {
  for (const wait of waits) {
    try {
      return await configuration.resolve();
    } catch (error) {
      if (error instanceof ConfigurationError) throw error;
      log.warn({ event: 'config.retry', waitMs: wait }, describe(error));
      await sleep(wait);
    }
  }
  try {
    return await configuration.resolve();
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError('AwsUnreachable', [], describe(error), { cause: error });
  }
}

const describe = (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
