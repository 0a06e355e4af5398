import * as z from 'zod';
import { Commit } from './release.ts';

/** What a person asks the starter for, instead of a push: one door counts the attempts, whoever knocks. */
export const AskedByHand = z.strictObject({
  asked: z.strictObject({
    tag: z.string().min(1).max(128),
    /** AcceptTag compares it with the host's, as it does with a push's. */
    commit: Commit,
    repository: z.string().min(1),
    /** ARN of who asks: the release's `pushedBy`. */
    by: z.string().min(1),
    /** The next attempt at a tag that was tried. Else the first, which the push's event would have been. */
    retry: z.boolean(),
  }),
});
export type AskedByHand = z.infer<typeof AskedByHand>;

/** The starter's answer. */
export const Started = z.strictObject({
  /** Name of the execution; null when none was started. */
  started: z.string().nullable(),
  reason: z.string(),
});
export type Started = z.infer<typeof Started>;
