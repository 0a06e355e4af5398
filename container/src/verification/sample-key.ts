import { createHash, type KeyObject } from 'node:crypto';
import type { Log } from '../log.ts';

/** How long after a failed read the key is asked for again: the pipeline's sample may come seconds after a start. */
const retryAfterMs = 5_000;

/** Alias names cannot hold what secret names can, hence the hash. The pipeline derives the same alias from the same name. */
export function sampleKeyAlias(secretName: string): string {
  return `alias/release-sample/${createHash('sha256').update(secretName).digest('hex').slice(0, 32)}`;
}

/** The public half of the stage's sample key. A stage without one has no samples; its real events do not care. */
export class SampleKey {
  private readonly read: (alias: string) => Promise<KeyObject>;
  private readonly log: Log;
  private found: { alias: string; key: KeyObject } | undefined;
  private reading: Promise<KeyObject[]> | undefined;
  private failedAt = Number.NEGATIVE_INFINITY;

  constructor(read: (alias: string) => Promise<KeyObject>, log: Log) {
    this.read = read;
    this.log = log;
  }

  /** No key or one; never throws, because a real event must not fail for want of the sample's key. */
  keys(secretName: string): Promise<KeyObject[]> {
    const alias = sampleKeyAlias(secretName);
    if (this.found?.alias === alias) return Promise.resolve([this.found.key]);
    if (performance.now() - this.failedAt < retryAfterMs) return Promise.resolve([]);
    this.reading ??= this.load(alias).finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async load(alias: string): Promise<KeyObject[]> {
    try {
      const key = await this.read(alias);
      this.found = { alias, key };
      return [key];
    } catch (error) {
      this.failedAt = performance.now();
      this.log.warn({ event: 'sample.key.unavailable', alias }, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
      return [];
    }
  }
}
