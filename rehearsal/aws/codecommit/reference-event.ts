import type { CloudEvent } from '../kernel.ts';

/** One ref that a push moved. Ids are commits: an annotated tag is peeled before it gets here. */
export interface ReferenceChange {
  readonly repositoryName: string;
  readonly repositoryId: string;
  readonly repositoryArn: string;
  /** `refs/tags/v1.4.0` */
  readonly ref: string;
  /** Absent when the ref is new. */
  readonly oldCommitId?: string;
  /** Absent when the ref was deleted. */
  readonly commitId?: string;
  readonly callerUserArn: string;
}

/** The event that CodeCommit raises for a pushed ref. Throws for a ref that is neither branch nor tag. */
export function referenceEvent(change: ReferenceChange): CloudEvent {
  const [, folder, name] = /^refs\/(heads|tags)\/(.+)$/.exec(change.ref) ?? [];
  if (!name) throw new Error(`${change.ref}: expected a branch or a tag`);
  return {
    source: 'aws.codecommit',
    'detail-type': 'CodeCommit Repository State Change',
    resources: [change.repositoryArn],
    detail: {
      event: !change.oldCommitId ? 'referenceCreated' : change.commitId ? 'referenceUpdated' : 'referenceDeleted',
      repositoryName: change.repositoryName,
      repositoryId: change.repositoryId,
      referenceType: folder === 'tags' ? 'tag' : 'branch',
      referenceName: name,
      referenceFullName: change.ref,
      ...(change.commitId && { commitId: change.commitId }),
      ...(change.oldCommitId && { oldCommitId: change.oldCommitId }),
      callerUserArn: change.callerUserArn,
    },
  };
}
