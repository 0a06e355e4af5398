import type { Comparison } from './backstop.ts';
import type { FaultRow } from './row.ts';

/** What a lane is started with. */
export interface LaneSettings {
  readonly timeScale: number;
  /** @default - Docker when a daemon answers */
  readonly containers?: 'process' | 'docker';
}

/** What a lane is told. */
export type Order = { readonly kind: 'fault'; readonly fault: string } | { readonly kind: 'comparison' } | { readonly kind: 'end' };

/**
 * What a lane answers. `world`: nothing is released in it (`fresh`), something serves (`updated`), or it is not as it should be (`spoilt`)
 * and meets no other fault.
 */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'row'; readonly row: FaultRow; readonly world: 'fresh' | 'updated' | 'spoilt'; readonly before: string | null }
  | { readonly kind: 'comparison'; readonly comparison: Comparison }
  | { readonly kind: 'broken'; readonly error: string };
