import * as z from 'zod';
import { Stage } from '../steps/contract/stage.ts';

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
});
export type StageEntry = z.infer<typeof StageEntry>;

const Config = z
  .strictObject({
    /** CodeCommit repository whose tags are released. */
    repository: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/),
    /** Node LTS image for linux/amd64 that the service is built on; pin it by digest. */
    baseImage: z.string().min(1),
    /** In the order in which a release walks them. */
    stages: z.array(StageEntry).min(1),
  })
  .refine((config) => new Set(config.stages.map((stage) => stage.name)).size === config.stages.length, 'two stages have the same name')
  .refine((config) => config.stages.every((stage) => stage.minTasks <= stage.maxTasks), 'minTasks is above maxTasks');
export type Config = z.infer<typeof Config>;

/** `staging` → `Staging`: the prefix of a stage's stacks. */
const title = (name: string) => name.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());

/** A stage with its stack names. */
const stage = (name: string, entry: Omit<StageEntry, 'name' | 'foundationStack' | 'serviceStack'>): StageEntry => ({
  name,
  foundationStack: `${title(name)}Foundation`,
  serviceStack: `${title(name)}Service`,
  ...entry,
});

/** The one typed table of stages. Every problem in it is reported at once, at synth. */
export const config: Config = parse({
  repository: 'example-webhook',
  baseImage: 'public.ecr.aws/docker/library/node:24-slim',
  stages: [
    stage('staging', {
      approval: false,
      secretName: 'example/staging/benchling',
      quiltStackArn: 'arn:aws:cloudformation:us-east-1:111122223333:stack/example-quilt-staging/11111111-1111-1111-1111-111111111111',
      dataBucketName: 'example-staging-data',
      packagerQueueArn: 'arn:aws:sqs:us-east-1:111122223333:example-quilt-staging-packager',
      minTasks: 2,
      maxTasks: 6,
      alarms: { errorsPerMinute: 5, responseSeconds: 3 },
    }),
    stage('prod', {
      approval: true,
      secretName: 'example/prod/benchling',
      quiltStackArn: 'arn:aws:cloudformation:us-east-1:111122223333:stack/example-quilt-prod/22222222-2222-2222-2222-222222222222',
      dataBucketName: 'example-prod-data',
      packagerQueueArn: 'arn:aws:sqs:us-east-1:111122223333:example-quilt-prod-packager',
      minTasks: 2,
      maxTasks: 20,
      alarms: { errorsPerMinute: 5, responseSeconds: 3 },
    }),
  ],
});

function parse(value: unknown): Config {
  const result = Config.safeParse(value);
  if (!result.success) throw new Error(`pipeline/config.ts: ${z.prettifyError(result.error)}`);
  return result.data;
}
