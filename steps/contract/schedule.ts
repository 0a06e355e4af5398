/** What scheduled functions are handed: constants of their rules. */
import * as z from 'zod';
import { Stage } from './stage.ts';

/** In: of CheckSecrets. */
export const SecretsToCheck = z.strictObject({ stages: z.array(Stage).min(1) });
export type SecretsToCheck = z.infer<typeof SecretsToCheck>;

/** In: of CheckReleases. */
export const ReleasesToCheck = z.strictObject({
  /** Hours of work, waits for a person apart, beyond which a release takes too long. */
  expectedHours: z.number().positive(),
});
export type ReleasesToCheck = z.infer<typeof ReleasesToCheck>;
