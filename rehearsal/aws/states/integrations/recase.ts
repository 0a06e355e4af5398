import { NormalizedSchema } from '@smithy/core/schema';
import type { Json } from '../../../engine/definition.ts';
import { RuntimeFault } from '../../../engine/errors.ts';

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];

const pascal = (name: string): string => name[0]!.toUpperCase() + name.slice(1);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members of a structure as Step Functions spells them (always Pascal case), and as the SDK does. */
const membersOf = (schema: NormalizedSchema) =>
  [...schema.structIterator()].map(([name, member]) => ({ name, told: pascal(name), member }));

/** A Task's arguments as the SDK's input. A member that the service does not know is refused by name. */
export function toInput(ref: SchemaRef, value: Json, path = ''): unknown {
  const schema = NormalizedSchema.of(ref);
  if (Array.isArray(value)) return value.map((item, index) => toInput(schema.getValueSchema(), item, `${path}[${index}]`));
  if (schema.isBlobSchema()) throw new RuntimeFault(`The binary field '${path}' is not supported in a Task of this stand-in.`);
  if (schema.isTimestampSchema()) return new Date(value as string | number);
  if (!isRecord(value)) return value;
  const given = Object.entries(value as Record<string, Json>);
  if (schema.isMapSchema())
    return Object.fromEntries(given.map(([key, item]) => [key, toInput(schema.getValueSchema(), item, `${path}.${key}`)]));
  if (!schema.isStructSchema()) return value;
  const members = membersOf(schema);
  return Object.fromEntries(
    given.map(([key, item]) => {
      const known = members.find(({ told }) => told === key);
      if (!known) throw new RuntimeFault(`The field '${path ? `${path}.` : ''}${key}' is not supported by Step Functions.`);
      return [known.name, toInput(known.member, item, path ? `${path}.${key}` : key)];
    }),
  );
}

/** An SDK's output as a Task's result. @param dates how times are told: text by `aws-sdk`, milliseconds by optimized integrations */
export function toResult(ref: SchemaRef, value: unknown, dates: 'text' | 'milliseconds'): Json {
  const schema = NormalizedSchema.of(ref);
  if (value instanceof Date) return dates === 'text' ? value.toISOString() : value.getTime();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((item) => toResult(schema.getValueSchema(), item, dates));
  if (!isRecord(value)) return (value ?? null) as Json;
  if (schema.isMapSchema()) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toResult(schema.getValueSchema(), item, dates)]));
  }
  if (!schema.isStructSchema()) return value as Json;
  const present = membersOf(schema).filter(({ name }) => value[name] !== undefined && value[name] !== null);
  return Object.fromEntries(present.map(({ name, told, member }) => [told, toResult(member, value[name], dates)]));
}
