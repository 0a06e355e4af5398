import { Readable } from 'node:stream';
import { NormalizedSchema } from '@smithy/core/schema';
import { decodeAwsChunked } from './aws-chunked.ts';
import { type Codec, escapeXml, type Failure, readAsAnswer, writeAsRequest } from './codec.ts';
import { wireMembers } from './json-codec.ts';
import { collect, type Reply, type Request } from './message.ts';
import { createRouter } from './rest-routing.ts';
import { type Model, members, type Operation } from './schema.ts';

/** restXml and restJson: the operation is the method and the path; input is spread over path, query, headers and body. */
export function restCodec(model: Model, prefixLabel?: string): Codec {
  const route = createRouter(model, prefixLabel);
  const json = /restJson/i.test(model.protocol.getShapeId());
  return {
    async identify(request) {
      const routed = route(request);
      return routed ? { ...routed, name: routed.operation.name } : { name: `${request.method} ${request.path}` };
    },
    async read({ operation, labels }, request) {
      const body = content(request);
      const payload = members(operation.input).find(([, member]) => member.getMergedTraits().httpPayload)?.[1];
      // Bytes are ours to hand on: given to the protocol they would be parsed as XML beside the label members.
      const raw = payload !== undefined && (payload.isStreaming() || payload.isBlobSchema());
      const input = await readAsAnswer(model, operation, request.headers, raw ? Buffer.alloc(0) : await collect(body));
      if (raw) input[payload.getMemberName()] = payload.isStreaming() ? body : await collect(body);
      return Object.assign(input, queryMembers(operation, request.query), labels);
    },
    async write(operation, output) {
      const [, , status = 200] = operation.traits.http ?? [];
      // The path template belongs to the request; as a response it would demand its labels.
      const answered = { ...operation, traits: { ...operation.traits, http: ['GET', '/', status] as const } };
      const { headers, body } = await writeAsRequest(model, answered, output);
      const empty = NormalizedSchema.of(operation.output).isUnitSchema();
      return { status: statusMember(operation, output) ?? status, headers, ...(!empty && { body }) };
    },
    fail: (error, requestId) => (json ? failJson(model, error) : failXml(error, requestId)),
  };
}

/** The body as it was before transfer: lazily, so that a refused request is never read. */
function content(request: Request): Readable {
  const chunked = String(request.headers['content-encoding'] ?? '').includes('aws-chunked');
  return chunked ? Readable.from(decodeAwsChunked(request.body), { objectMode: false }) : request.body;
}

function queryMembers(operation: Operation, query: URLSearchParams): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, member] of members(operation.input)) {
    const { httpQuery } = member.getMergedTraits();
    if (!httpQuery || !query.has(httpQuery)) continue;
    found[name] = member.isListSchema() ? query.getAll(httpQuery) : scalar(member, query.get(httpQuery)!);
  }
  return found;
}

function scalar(member: NormalizedSchema, text: string): unknown {
  if (member.isNumericSchema()) return Number(text);
  if (member.isBooleanSchema()) return text === 'true';
  return member.isTimestampSchema() ? new Date(text) : text;
}

/** Lambda's Invoke answers 202 to an event: the status is a member of its output. */
function statusMember(operation: Operation, output: object): number | undefined {
  const name = members(operation.output).find(([, member]) => member.getMergedTraits().httpResponseCode)?.[0];
  return name === undefined ? undefined : (output as Record<string, number | undefined>)[name];
}

const failJson = (model: Model, error: Failure): Reply => ({
  status: error.status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.name },
  body: JSON.stringify({ message: error.message, ...wireMembers(model, error) }),
});

const failXml = (error: Failure, requestId: string): Reply => ({
  status: error.status,
  headers: { 'content-type': 'application/xml' },
  body:
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>` +
    `${Object.entries(error.members)
      .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
      .join('')}<RequestId>${requestId}</RequestId></Error>`,
});
