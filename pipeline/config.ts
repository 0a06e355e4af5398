import { join } from 'node:path';
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

/** `staging` → `Staging`: the prefix of a stage's stacks. */
const title = (name: string) => name.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());

/** What a person writes of a stage: the names of its stacks follow from its own. */
const WrittenStage = StageEntry.omit({ foundationStack: true, serviceStack: true }).transform((stage) => ({
  ...stage,
  foundationStack: `${title(stage.name)}Foundation`,
  serviceStack: `${title(stage.name)}Service`,
}));

export const Config = z
  .strictObject({
    /** CodeCommit repository whose tags are released. */
    repository: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/),
    /** Node LTS image for linux/amd64 that the service is built on; pin it by digest. */
    baseImage: z.string().min(1),
    /** In the order in which a release walks them. */
    stages: z.array(WrittenStage).min(1),
  })
  .refine((config) => new Set(config.stages.map((stage) => stage.name)).size === config.stages.length, 'two stages have the same name')
  .refine((config) => config.stages.every((stage) => stage.minTasks <= stage.maxTasks), 'minTasks is above maxTasks');
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
