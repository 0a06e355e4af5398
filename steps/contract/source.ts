/** Where tags come from: what the table of stages says of it, and what the host tells when one is pushed. */
import * as z from 'zod';
import { Commit } from './release.ts';

export const CodeCommitSource = z.strictObject({
  host: z.literal('codecommit'),
  /** Name of the repository. */
  repository: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/),
});

export const GitHubSource = z.strictObject({
  host: z.literal('github'),
  /** `owner/name`, as GitHub spells it. */
  repository: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/, 'expected owner/name'),
  /**
   * Secrets Manager name of a token that may read the repository's contents, and nothing else of it; the secret's text is the token.
   * @default - none: the repository is public
   */
  tokenSecretName: z.string().min(1).optional(),
});

/** What a step needs to know of it. No secret, only its name. */
export const Source = z.discriminatedUnion('host', [CodeCommitSource, GitHubSource]);
export type Source = z.infer<typeof Source>;

/** What a workflow of GitHub may put on the pipeline's own bus, and nothing else. `.github/workflows/release-tag.yml` says the same. */
export const pushedTag = { busName: 'release-tags', source: 'release.github', detailType: 'Release Tag Pushed' } as const;

/** CodeCommit's event, as EventBridge delivers it; the rule lets only tags through. */
export const TagEvent = z.object({
  detail: z.object({
    event: z.enum(['referenceCreated', 'referenceUpdated', 'referenceDeleted']),
    repositoryName: z.string(),
    referenceType: z.literal('tag'),
    referenceName: z.string(),
    /** Absent when the tag was deleted. */
    commitId: Commit.optional(),
    callerUserArn: z.string(),
  }),
});
export type TagEvent = z.infer<typeof TagEvent>;

/** What the workflow tells. Somebody else's word, whoever signed it: AcceptTag asks the host itself. */
export const GitHubTagEvent = z.object({
  source: z.literal(pushedTag.source),
  'detail-type': z.literal(pushedTag.detailType),
  detail: z.strictObject({
    repository: GitHubSource.shape.repository,
    tag: z.string().min(1).max(128),
    commit: Commit,
    /** Login of who pushed the tag. */
    actor: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\[bot\])?$/),
  }),
});
export type GitHubTagEvent = z.infer<typeof GitHubTagEvent>;
