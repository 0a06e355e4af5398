import { parse } from 'yaml';
import * as z from 'zod';
import { parseStrictly } from './strict-shape.ts';

const commands = z.array(z.union([z.string(), z.number()]).transform(String));
const phase = {
  commands: commands.default([]),
  finally: commands.default([]),
  /** Only what AWS does by default is known here. */
  'on-failure': z.literal('ABORT').optional(),
};
const Phase = z.strictObject(phase);

const Buildspec = z.strictObject({
  version: z.literal(0.2, { error: 'version: expected 0.2, which runs all commands in one shell' }),
  env: z
    .strictObject({
      shell: z.enum(['sh', 'bash']).optional(),
      variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
      'exported-variables': z.array(z.string().regex(/^[A-Za-z_]\w*$/)).default([]),
    })
    .optional(),
  phases: z.strictObject({
    install: z
      .strictObject({ ...phase, 'runtime-versions': z.strictObject({ nodejs: z.union([z.number(), z.string()]) }).optional() })
      .optional(),
    pre_build: Phase.optional(),
    build: Phase.optional(),
    post_build: Phase.optional(),
  }),
  artifacts: z
    .strictObject({
      files: z.array(z.string()).min(1),
      'base-directory': z.string().optional(),
      name: z.string().optional(),
    })
    .optional(),
});

export type Buildspec = z.output<typeof Buildspec>;
export type PhaseName = keyof Buildspec['phases'];

/** Reads a buildspec. Throws an Error that names each key that this stand-in does not know: nothing is skipped in silence. */
export function parseBuildspec(text: string): Buildspec {
  return parseStrictly(Buildspec, parse(text), 'buildspec');
}
