import type { Stage } from '../contract/stage.ts';

/** How far a tag may go. */
export interface TagReach {
  /** Names of the stages that take it, in order. */
  readonly stages: readonly string[];
  /** The first that does not: nothing behind it is reached either. null when it goes all the way. */
  readonly endsBefore: string | null;
}

export function tagReach(tag: string, stages: readonly Pick<Stage, 'name' | 'takesTags'>[]): TagReach {
  const end = stages.findIndex((stage) => !takes(stage.takesTags, tag));
  return end < 0
    ? { stages: stages.map(({ name }) => name), endsBefore: null }
    : { stages: stages.slice(0, end).map(({ name }) => name), endsBefore: stages[end]!.name };
}

/** `['v*', '!v*-*']`: every tag but pre-releases. Only exclusions: of all tags, those are taken away. */
function takes(patterns: Stage['takesTags'], tag: string): boolean {
  if (!patterns) return true;
  const included = patterns.filter((pattern) => !pattern.startsWith('!'));
  const excluded = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  return (included.length === 0 || included.some((pattern) => fits(pattern, tag))) && !excluded.some((pattern) => fits(pattern, tag));
}

const fits = (pattern: string, tag: string) =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((text) => text.replace(/[.+]/g, '\\$&'))
      .join('.*')}$`,
  ).test(tag);
