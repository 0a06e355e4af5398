import { XmlShapeDeserializer, XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import { type Codec, escapeXml } from './codec.ts';
import { collect } from './message.ts';
import type { Model, Operation } from './schema.ts';

type Tree = { [key: string]: Tree } | string;

/** `Tags.member.1.Key=x` → `{Tags: {member: [{Key: 'x'}]}}`, the shape that the SDK's XML reader reads. */
export function parseForm(body: string): Record<string, unknown> {
  const root: Record<string, Tree> = {};
  for (const [key, value] of new URLSearchParams(body)) {
    const path = key.split('.');
    const last = path.pop()!;
    let at = root;
    for (const part of path) {
      at[part] ??= {};
      at = at[part] as Record<string, Tree>;
    }
    at[last] = value;
  }
  return withArrays(root) as Record<string, unknown>;
}

/** Objects whose keys are 1, 2, 3 … become arrays. */
function withArrays(tree: Tree): unknown {
  if (typeof tree === 'string') return tree;
  const keys = Object.keys(tree);
  if (keys.length > 0 && keys.every((key) => /^\d+$/.test(key))) {
    return keys.sort((a, b) => Number(a) - Number(b)).map((key) => withArrays(tree[key]!));
  }
  return Object.fromEntries(keys.map((key) => [key, withArrays(tree[key]!)]));
}

/** A structure that wraps an output as `<XResponse><XResult>…`, in the SDK's own layout of static schemas. */
const envelope = (operation: Operation) => {
  const unit = NormalizedSchema.of(operation.output).isUnitSchema();
  const member = [operation.output, { xmlName: `${operation.name}Result` }];
  return [3, operation.namespace, `${operation.name}Response`, 0, unit ? [] : ['result'], unit ? [] : [member]];
};

/** awsQuery: a form in, XML out. */
export function queryCodec(model: Model): Codec {
  const settings = model.protocol.deserializer.settings as ConstructorParameters<typeof XmlShapeDeserializer>[0];
  return {
    async identify(request) {
      const body = (await collect(request.body)).toString();
      const form = parseForm(body || request.query.toString());
      const name = String(form['Action'] ?? '');
      return { name, operation: model.operations.get(name), form };
    },
    async read({ operation, form }) {
      return new XmlShapeDeserializer(settings).readSchema(operation.input as never, form) ?? {};
    },
    async write(operation, output, requestId) {
      const serializer = new XmlShapeSerializer(settings);
      serializer.write(envelope(operation) as never, { result: output });
      const close = `</${operation.name}Response>`;
      const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
      // An output without members is written as a self-closing element.
      const xml = String(serializer.flush()).replace(/\/>$/, `>${close}`);
      return {
        status: 200,
        headers: { 'content-type': 'text/xml' },
        body: `${xml.slice(0, xml.lastIndexOf(close))}${metadata}${close}`,
      };
    },
    fail(error, requestId) {
      const members = Object.entries(error.members).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
      const body =
        `<ErrorResponse xmlns="${model.protocol.options?.xmlNamespace ?? ''}"><Error><Type>${error.status < 500 ? 'Sender' : 'Receiver'}</Type>` +
        `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>${members.join('')}</Error>` +
        `<RequestId>${requestId}</RequestId></ErrorResponse>`;
      return { status: error.status, headers: { 'content-type': 'text/xml' }, body };
    },
  };
}
