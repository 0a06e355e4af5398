import { type Codec, type Failure, readAsAnswer, writeAsRequest } from './codec.ts';
import { collect } from './message.ts';
import type { Model } from './schema.ts';

/** awsJson 1.0 and 1.1: the operation is a header, everything else is the body. */
export function jsonCodec(model: Model): Codec {
  return {
    async identify(request) {
      const name = String(request.headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1)!;
      return { name, operation: model.operations.get(name) };
    },
    async read({ operation }, request) {
      return readAsAnswer(model, operation, request.headers, await collect(request.body));
    },
    async write(operation, output) {
      return { status: 200, ...(await writeAsRequest(model, operation, output)) };
    },
    fail: (error) => ({
      status: error.status,
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amzn-errortype': error.name,
        // Services that moved from Query to JSON (SQS) still tell the old code.
        ...(error.code !== error.name && { 'x-amzn-query-error': `${error.code};${error.status < 500 ? 'Sender' : 'Receiver'}` }),
      },
      body: JSON.stringify({ __type: error.name, message: error.message, ...wireMembers(model, error) }),
    }),
  };
}

/** An error's members as the wire has them: a date is a number, bytes are base64. */
export function wireMembers(model: Model, error: Failure): object {
  if (!error.schema || Object.keys(error.members).length === 0) return error.members;
  model.protocol.serializer.write(error.schema, error.members);
  return JSON.parse(new TextDecoder().decode(model.protocol.serializer.flush() as Uint8Array));
}
