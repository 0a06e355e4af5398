import type { GitHubTagEvent, TagEvent } from '../contract/source.ts';

/** A pushed tag, whichever host tells of it. */
export interface TagPush {
  readonly tag: string;
  /** null when the tag was deleted. */
  readonly commit: string | null;
  readonly repository: string;
  /** ARN of a caller of CodeCommit, or `github:LOGIN`. */
  readonly pushedBy: string;
}

/** One shape for the events of all hosts. */
export function tagPush(event: TagEvent | GitHubTagEvent): TagPush {
  if ('source' in event) {
    const { tag, commit, repository, actor } = event.detail;
    return { tag, commit, repository, pushedBy: `github:${actor}` };
  }
  const { event: what, referenceName, commitId, repositoryName, callerUserArn } = event.detail;
  return {
    tag: referenceName,
    commit: what === 'referenceDeleted' ? null : (commitId ?? null),
    repository: repositoryName,
    pushedBy: callerUserArn,
  };
}
