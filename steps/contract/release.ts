import * as z from 'zod';

export const Commit = z.string().regex(/^[0-9a-f]{40}$/);
export const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** What starts an execution: the machine's input. Written by the starter only. */
export const ReleaseRequest = z.strictObject({
  tag: z.string().min(1).max(128),
  /** The commit that the push event named; AcceptTag resolves the tag at the host and compares. */
  commit: Commit,
  repository: z.string().min(1),
  /** Who pushed the tag, as the host reports it: an ARN, or `github:LOGIN`. */
  pushedBy: z.string(),
  /** 1 for the push itself, then one more a retry: execution names are used up for 90 days. */
  attempt: z.int().min(1),
});
export type ReleaseRequest = z.infer<typeof ReleaseRequest>;

/** A tag that AcceptTag let in. Every later step receives it. */
export const Release = z.strictObject({
  tag: z.string(),
  /** Semver without the leading v: what /health must report. */
  version: z.string(),
  commit: Commit,
  attempt: z.int().min(1),
  /** `<tag>-<commit 7>-<attempt>`: the execution's name, and the folder of its diagnostics. */
  name: z.string(),
  pushedBy: z.string(),
  startedAt: z.iso.datetime(),
  /** Names of the stages to walk, in order. A stage that already runs this commit proven under this tag is left out. */
  stages: z.array(z.string()),
  /** First stage that takes no tag like this one: the release ends before it. @default - it goes all the way */
  endsBefore: z.string().optional(),
});
export type Release = z.infer<typeof Release>;

/** Where the tag's own build left what later steps read. */
export const Artefacts = z.strictObject({ bucket: z.string(), prefix: z.string() });
export type Artefacts = z.infer<typeof Artefacts>;

/** What CodeBuild's result is cut down to, in the machine. */
export const Build = z.strictObject({
  id: z.string(),
  /** Exported by the buildspec as IMAGE_DIGEST. */
  digest: z.string(),
  logGroup: z.string(),
  logStream: z.string(),
});
export type Build = z.infer<typeof Build>;

/** The tag pinned to a digest that was looked at. */
export const Image = z.strictObject({
  /** `pending`: the registry still scans; the machine asks again. */
  status: z.enum(['pending', 'verified']),
  digest: Digest,
  /** Repository URI with the digest. */
  uri: z.string(),
  /** Findings by severity; null while pending. No scan at all is never read as none. */
  findings: z.record(z.string(), z.int()).nullable(),
  artefacts: Artefacts,
});
export type Image = z.infer<typeof Image>;

/** Values of the secret and the Quilt stack that are no secrets: what /config must show at this stage. */
export const StageConfig = z.strictObject({
  stage: z.string(),
  secretArn: z.string(),
  secretVersionId: z.string(),
  tenant: z.string(),
  bucket: z.string(),
  database: z.string(),
  catalog: z.string(),
  /** ARN or URL of the packager queue, as the stack exports it. */
  queue: z.string(),
});
export type StageConfig = z.infer<typeof StageConfig>;

/** Object keys of a release in the diagnostics bucket. One place, so that writer and reader agree. */
export const artefactsPrefix = (release: Pick<Release, 'tag' | 'attempt'>) => `artefacts/${release.tag}/${release.attempt}`;
export const diagnosticsPrefix = (release: Pick<Release, 'name'>) => `diagnostics/${release.name}`;
export const lastGoodPrefix = (stage: string) => `last-good/${stage}`;

/** `<tag>-<commit 7>-<attempt>`, with what Step Functions forbids in names replaced by `_`, at most 80 characters. */
export function executionName(request: Pick<ReleaseRequest, 'tag' | 'commit' | 'attempt'>): string {
  const suffix = `-${request.commit.slice(0, 7)}-${request.attempt}`;
  return `${request.tag.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 80 - suffix.length)}${suffix}`;
}

/** Whether an execution of this name releases this tag: `v1.4.0-rc.1` begins like `v1.4.0`, and is another one. Not that of a rescue. */
export function isExecutionOf(tag: string, name: string): boolean {
  const [, commit = '', attempt = ''] = /-([0-9a-f]{7})-(\d+)$/.exec(name) ?? [];
  return name === executionName({ tag, commit, attempt: Number(attempt) });
}

/**
 * Change sets allow letters, digits and hyphens. Unique in a stack, because the execution's name is. `repair` is the one that RollBack makes
 * from last-good, `heal` the one by which HealStack makes template and reality agree again.
 */
export const changeSetName = (release: Pick<Release, 'name'>, purpose: 'release' | 'repair' | 'heal' = 'release') =>
  `${purpose}-${release.name.replace(/[^A-Za-z0-9-]/g, '-')}`;

/** ClientRequestToken of one stack operation of a release: repeating the call repeats nothing, and its events tell ours from others'. */
export const operationToken = (release: Pick<Release, 'name'>, verb: OperationVerb) => `${changeSetName(release)}-${verb}`;
export type OperationVerb = 'deploy' | 'heal' | 'delete' | 'cancel' | 'roll-back' | 'repair' | 'heal-repair' | LadderVerb;
/** Tries at a rollback that failed: all of it again, then with resources left out, round by round. Those of HealStack are not those of RollBack. */
export type LadderVerb = `${'' | 'heal-'}${'continue' | `skip-${number}`}`;
