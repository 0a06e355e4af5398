import * as z from 'zod';
import type { SmokeExpectations } from '../../container/src/config/index.ts';
import { ContractBroken } from '../contract/errors.ts';

const Field = z.strictObject({
  path: z.string(),
  equals: z.union([
    z.strictObject({ value: z.union([z.string(), z.number(), z.boolean()]) }),
    z.strictObject({
      from: z.enum(['version', 'region', 'tenant', 'bucket', 'catalog', 'database', 'queue_arn']),
      mask: z.literal('accounts').optional(),
    }),
  ]),
});
const answer = { status: z.int(), fields: z.array(Field) };

const Expectations: z.ZodType<SmokeExpectations> = z.strictObject({
  format: z.literal(1),
  // A tag that expects nothing would pass with anything.
  probes: z.array(z.strictObject({ method: z.literal('GET'), path: z.string().startsWith('/'), ...answer })).min(1),
  sample: z.strictObject({
    method: z.literal('POST'),
    path: z.string().startsWith('/'),
    headers: z.strictObject({ id: z.string(), timestamp: z.string(), signature: z.string() }),
    signaturePrefix: z.string(),
    envelope: z.record(z.string(), z.unknown()),
    ...answer,
    withinMs: z.int().positive(),
  }),
  refusals: z
    .array(
      z.strictObject({
        name: z.enum(['unsigned', 'stranger', 'expired', 'changed']),
        ...answer,
        ageSeconds: z.int().positive().optional(),
      }),
    )
    .min(1),
});

/** Reads what a tag's build exported. Throws ContractBroken for a format, a value or a refusal that this pipeline does not know. */
export function parseExpectations(text: string): SmokeExpectations {
  const result = Expectations.safeParse(JSON.parse(text));
  if (result.success) return result.data;
  throw new ContractBroken(`The tag's smoke-expectations.json does not fit format 1: ${z.prettifyError(result.error)}`);
}
