import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import { type Codec, escapeXml } from './codec.ts';
import { collect } from './message.ts';
import { parseForm } from './query-codec.ts';
import { type Model, members, type SchemaRef } from './schema.ts';

/** ec2Query: as awsQuery, but lists are flat, every name has a form of its own, and nothing wraps the answer. */
export function ec2Codec(model: Model): Codec {
  const settings = model.protocol.deserializer.settings as ConstructorParameters<typeof XmlShapeSerializer>[0];
  return {
    async identify(request) {
      const form = parseForm((await collect(request.body)).toString());
      const name = String(form['Action'] ?? '');
      return { name, operation: model.operations.get(name), form };
    },
    async read({ operation, form }) {
      return (readMembers(operation.input, form) ?? {}) as Record<string, unknown>;
    },
    async write(operation, output, requestId) {
      const serializer = new XmlShapeSerializer(settings);
      serializer.write(operation.output as never, output);
      const inner = /^<[^>]*[^/]>(.*)<\/[^>]+>$/s.exec(String(serializer.flush()))?.[1] ?? '';
      const name = `${operation.name}Response`;
      const body = `<${name} xmlns="${settings.xmlNamespace ?? ''}"><requestId>${requestId}</requestId>${inner}</${name}>`;
      return { status: 200, headers: { 'content-type': 'text/xml' }, body };
    },
    fail({ name, code, status, message }, requestId) {
      // EC2 has a word of its own for it.
      const told = name === 'AccessDenied' ? 'UnauthorizedOperation' : code;
      const error = `<Error><Code>${escapeXml(told)}</Code><Message>${escapeXml(message)}</Message></Error>`;
      const body = `<Response><Errors>${error}</Errors><RequestID>${requestId}</RequestID></Response>`;
      return { status, headers: { 'content-type': 'text/xml' }, body };
    },
  };
}

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

function readMembers(schema: SchemaRef, form: unknown): unknown {
  const found = members(schema).map(([name, member]) => {
    const { ec2QueryName, xmlName } = member.getMergedTraits();
    const value = (form as Record<string, unknown> | undefined)?.[String(ec2QueryName ?? capital(String(xmlName ?? name)))];
    return [name, value === undefined ? undefined : readValue(member, value)];
  });
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

function readValue(schema: NormalizedSchema, value: unknown): unknown {
  if (schema.isListSchema()) return (value as unknown[]).map((item) => readValue(schema.getValueSchema(), item));
  if (schema.isStructSchema()) return readMembers(NormalizedSchema.of(schema), value);
  if (schema.isNumericSchema()) return Number(value);
  return schema.isBooleanSchema() ? value === 'true' : value;
}
