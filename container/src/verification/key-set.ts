import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';

/** The key set cannot be had, so nothing can be verified: 503 and a retry by the sender, never a 401. */
export class KeySetUnavailable extends Error {
  override readonly name = 'KeySetUnavailable';
}

const hourMs = 3_600_000;
/** Keys are refreshed in the background once they are this old. */
const staleAfterMs = 6 * hourMs;
/** A key that was withdrawn must stop counting some day, even when the key set cannot be fetched. */
const untrustedAfterMs = 24 * hourMs;
/** How often at most a signature by no known key may cause a fetch, and stale keys another try: strangers must not be able to order fetches. */
const retryAfterMs = 60_000;
/** A first fetch that failed is tried again sooner: until it succeeds every event is answered 503. */
const firstRetryAfterMs = 2_000;

export interface KeySetSource {
  appDefinitionId(): string;
  fetchKeySet(appDefinitionId: string): Promise<string>;
  /** Milliseconds on any steady clock. */
  now(): number;
}

/** Benchling's public keys, cached. A fetch on every event was an outage once; a cache for ever breaks when keys rotate. */
export class KeySet {
  private readonly source: KeySetSource;
  private cached: { owner: string; keys: KeyObject[]; fetchedAt: number } | undefined;
  private attempt: { at: number; failed?: unknown; owner: string } | undefined;
  private fetching: Promise<KeyObject[]> | undefined;
  /** When a signature by no known key last caused a fetch. */
  private orderedAt = Number.NEGATIVE_INFINITY;

  constructor(source: KeySetSource) {
    this.source = source;
  }

  /** The keys that are at hand, none when there are none. Refreshes them in the background. */
  atHand(): readonly KeyObject[] {
    const known = this.trusted();
    if (!known) return [];
    if (this.source.now() - known.fetchedAt > staleAfterMs && this.mayFetch(retryAfterMs)) this.fetch().catch(() => undefined); // Remembered in `attempt`.
    return known.keys;
  }

  /** Known keys at once; fetches only when there are none. Throws KeySetUnavailable. */
  async keys(): Promise<readonly KeyObject[]> {
    const known = this.atHand();
    if (known.length > 0) return known;
    return this.fetching || this.mayFetch(firstRetryAfterMs) ? this.fetch() : this.unavailable();
  }

  /**
   * For a signature by no known key: the keys may have rotated. Only fetches of this kind are counted, so that a rotation right after a start
   * is found at once too: an event that is refused does not come again. Throws KeySetUnavailable when it cannot be told.
   */
  async refreshed(): Promise<readonly KeyObject[]> {
    if (this.fetching) return this.fetch();
    if (this.source.now() - this.orderedAt > retryAfterMs) {
      this.orderedAt = this.source.now();
      return this.fetch();
    }
    if (this.attempt?.failed) this.unavailable();
    return this.keys();
  }

  private trusted() {
    const { cached } = this;
    const usable = cached && cached.owner === this.source.appDefinitionId() && this.source.now() - cached.fetchedAt < untrustedAfterMs;
    return usable ? cached : undefined;
  }

  private mayFetch(afterMs: number): boolean {
    const { attempt } = this;
    return !attempt || attempt.owner !== this.source.appDefinitionId() || this.source.now() - attempt.at > afterMs;
  }

  private fetch(): Promise<KeyObject[]> {
    this.fetching ??= this.load().finally(() => {
      this.fetching = undefined;
    });
    return this.fetching;
  }

  private async load(): Promise<KeyObject[]> {
    const owner = this.source.appDefinitionId();
    this.attempt = { at: this.source.now(), owner };
    try {
      const keys = readKeySet(await this.source.fetchKeySet(owner));
      this.cached = { owner, keys, fetchedAt: this.source.now() };
      return keys;
    } catch (error) {
      this.attempt.failed = error;
      return this.unavailable();
    }
  }

  private unavailable(): never {
    const { failed } = this.attempt ?? {};
    const why = failed instanceof Error ? failed.message : 'a fetch is due';
    throw new KeySetUnavailable(`The key set of the app cannot be had: ${why}`, { cause: failed });
  }
}

/** The P-256 signature keys of an RFC 7517 key set. A set without any is as good as none. */
export function readKeySet(text: string): KeyObject[] {
  const set = JSON.parse(text) as { keys?: (JsonWebKey & { use?: string })[] };
  const keys = (Array.isArray(set?.keys) ? set.keys : [])
    .filter((key) => key?.kty === 'EC' && key.crv === 'P-256' && (key.use ?? 'sig') === 'sig')
    .flatMap((key) => {
      try {
        return [createPublicKey({ key, format: 'jwk' })];
      } catch {
        return []; // One damaged key must not take the others down; a set with no usable key is refused below.
      }
    });
  if (keys.length === 0) throw new Error('it holds no usable key');
  return keys;
}
