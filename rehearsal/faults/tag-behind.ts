import type { Fault } from './fault.ts';

/** A fix of an old version is tagged after a newer version went out. */
export const tagBehind: Fault = {
  name: 'tag-behind',
  summary: 'the tag is older than the version that runs',
  cause: 'TagBehind',
  failedStep: 'AcceptTag',
  on: 'update',
  // Lower than any that runs, and another for each tag: a tag that exists would start nothing.
  tagFor: (tag) => `v0.9.0-late.${tag.slice(1)}`,
  inject: () => ({}),
};
