import { join } from 'node:path';
import * as z from 'zod';
import { CodeCommitSource, GitHubSource } from '../steps/contract/source.ts';
import { Stage } from '../steps/contract/stage.ts';
import { Address, Firewall } from './address.ts';

/** What the pipeline knows of a stage at synth: the machine's part, and the resources that the service's roles are scoped to. */
const StageEntry = Stage.extend({
  /** Bucket that the service packages into: the secret's `user_bucket`. */
  dataBucketName: z.string().min(3).max(63),
  /** ARN of the Quilt stack's packager queue. */
  packagerQueueArn: z.string().startsWith('arn:'),
  /** What ends a release after it took the traffic: alarms on the stage's load balancer. */
  alarms: z.strictObject({
    /** Answers of 5xx within one minute. 5 below: one failed call and its retries are no outage, and a stage has few calls a minute */
    errorsPerMinute: z.int().min(1),
    /** Seconds that the slowest of 100 requests takes, two minutes in a row. 3 below: what the smoke test allows a webhook */
    responseSeconds: z.number().positive().max(60),
  }),
  /** Where callers reach it. @default - none, and no stack is made: see requireAddresses */
  address: Address.optional(),
  /**
   * A web application firewall before the load balancer: AWS's managed rules, and a limit for each address that calls. About 9 USD a month
   * and stage and 0.60 USD per million requests, in 2025.
   * @default false
   */
  waf: Firewall.default(false),
});
export type StageEntry = z.infer<typeof StageEntry>;

/** `staging` → `Staging`: the prefix of a stage's stacks. */
const title = (name: string) => name.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());

/** What a person writes of a stage: the names of its stacks follow from its own. */
const WrittenStage = StageEntry.omit({ foundationStack: true, serviceStack: true }).transform((stage) => ({
  ...stage,
  foundationStack: `${title(stage.name)}Foundation`,
  serviceStack: `${title(stage.name)}Service`,
}));

/** Where tags come from, and what of it only CDK needs. */
const SourceEntry = z.discriminatedUnion('host', [
  CodeCommitSource,
  GitHubSource.extend({
    /** CodeConnections connection by which CodeBuild reads the repository. People make it and confirm it once, in the console. */
    connectionArn: z
      .string()
      .regex(
        /^arn:aws[a-z-]*:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection\/[0-9a-f-]+$/,
        'expected arn:aws:codeconnections:REGION:ACCOUNT:connection/ID',
      ),
    /**
     * What the subjects of the repository's tokens begin with. Repositories made or renamed after June 2026 carry ids there, by which nobody
     * can take an abandoned name over: `repo:owner@123/name@456`; a run of the workflow shows it.
     * @default - `repo:` and the repository
     */
    subject: z
      .string()
      .regex(/^repo:[A-Za-z0-9@._-]+\/[A-Za-z0-9@._-]+$/, 'expected repo:owner/name or repo:owner@ID/name@ID, without patterns')
      .optional(),
    /**
     * Whether the machine stack makes GitHub's identity provider. An account holds one only: false when another stack has made it.
     * @default true
     */
    createIdentityProvider: z.boolean().default(true),
  }),
]);
export type SourceEntry = z.infer<typeof SourceEntry>;
export type GitHubEntry = Extract<SourceEntry, { host: 'github' }>;

export const Config = z
  .strictObject({
    /** CodeCommit repository whose tags are released: short for a `source` of CodeCommit. */
    repository: CodeCommitSource.shape.repository.optional(),
    /** The repository whose tags are released, wherever it lies. */
    source: SourceEntry.optional(),
    /** Node LTS image for linux/amd64 that the service is built on; pin it by digest. */
    baseImage: z.string().min(1),
    /**
     * Whether a release must be approved by somebody else than whoever pushed its tag. Then every pusher must stand in `pushers`.
     * @default false
     */
    fourEyes: z.boolean().default(false),
    /**
     * Who pushes, as a release's record has it (the ARN of a user of CodeCommit, `github:LOGIN`), and the principals by which that person may decide: ARNs
     * of users, roles (in any session) or sessions of roles.
     * @default none
     */
    pushers: z
      .record(
        z.string().min(1),
        z.array(z.string().regex(/^arn:aws[a-z-]*:(iam|sts)::\d{12}:/, 'expected the ARN of a user, a role or a session')),
      )
      .default({}),
    /** What looks at the stages and at releases by the clock. */
    checks: z
      .strictObject({
        /** Minutes between two looks at the secrets of all stages, with a token of Benchling each. @default 60 */
        secretsEveryMinutes: z.int().min(5).max(720).default(60),
        /** Minutes between two looks for releases that take too long. @default 60 */
        releasesEveryMinutes: z.int().min(5).max(720).default(60),
        /** Hours of work, waits for a person apart, beyond which a release takes too long. @default 3: a build, and two stages with a rollback */
        expectedHours: z.number().positive().max(72).default(3),
      })
      .prefault({}),
    /** In the order in which a release walks them. */
    stages: z.array(WrittenStage).min(1),
  })
  .refine((config) => new Set(config.stages.map((stage) => stage.name)).size === config.stages.length, 'two stages have the same name')
  .refine((config) => config.stages.every((stage) => stage.minTasks <= stage.maxTasks), 'minTasks is above maxTasks')
  .refine(({ repository, source }) => (repository === undefined) !== (source === undefined), 'needs a repository or a source, and not both')
  .transform(({ repository: name = '', source = { host: 'codecommit', repository: name }, ...rest }) => ({
    ...rest,
    source,
    /** The source's, whatever its host. */
    repository: source.repository,
  }));
export type Config = z.infer<typeof Config>;

/** The file that people write, or `release init` for them. */
export const configFile = join(import.meta.dirname, 'config.json');

/** @throws with every problem in it at once, or with where the text stops being JSON */
export function readConfig(text: string, from = 'pipeline/config.json'): Config {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${from} is not JSON: ${(error as Error).message}. Next: mend it there, or write it anew with npx release init.`);
  }
  const result = Config.safeParse(value);
  if (!result.success) throw new Error(`${from}:\n${z.prettifyError(result.error)}`);
  return result.data;
}
