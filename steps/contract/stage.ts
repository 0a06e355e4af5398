import * as z from 'zod';

/** One environment that a release passes. Typed config, written by people, read at synth; the machine carries it as data. */
export const Stage = z.strictObject({
  /** Kebab case, at most 16 characters: part of stack names, table keys and log groups. */
  name: z.string().regex(/^[a-z][a-z0-9-]{0,15}$/),
  /** Whether a person decides before anything is changed here. */
  approval: z.boolean(),
  /** CloudFormation stack that people deploy: network, load balancer, log groups, sample key, roles. */
  foundationStack: z.string().min(1),
  /** The only stack that a release touches. */
  serviceStack: z.string().min(1),
  /** Secrets Manager name (not ARN: the sample key's alias is derived from the name) of the service's eleven parameters. */
  secretName: z.string().min(1),
  /** ARN of the Quilt stack whose outputs the service reads. */
  quiltStackArn: z.string().startsWith('arn:'),
  /** Tasks that scaling keeps at least and at most. Releases never set the live count. */
  minTasks: z.int().min(1).max(100),
  maxTasks: z.int().min(1).max(100),
  /**
   * Tags that may come here: patterns in which `*` is any text, and one that begins with `!` takes away what others let in. A release walks the
   * stages in their order and ends before the first that does not take its tag.
   * @default - every tag
   */
  takesTags: z
    .array(z.string().regex(/^!?[\w.*+-]+$/, 'expected a pattern as v* or !v*-*'))
    .min(1)
    .optional(),
});
export type Stage = z.infer<typeof Stage>;
