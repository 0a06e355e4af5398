import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { HttpResponse } from '@smithy/core/protocols';
import type { Reply, Request } from './message.ts';
import type { Model, Operation, SchemaRef } from './schema.ts';

/** The operation that a request names, before its body is read. */
export interface Named {
  /** As the caller says it, for the refusal. */
  readonly name: string;
  /** Absent when the service has no such operation. */
  readonly operation?: Operation;
  /** REST: what the path holds. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Query: what naming the operation had to read already. */
  readonly form?: object;
}

/** One family of AWS protocols. */
export interface Codec {
  identify(request: Request): Promise<Named>;
  read(named: Named & { readonly operation: Operation }, request: Request): Promise<Record<string, unknown>>;
  write(operation: Operation, output: object, requestId: string): Promise<Reply>;
  fail(error: Failure, requestId: string): Reply;
}

/** An error on its way out. */
export interface Failure {
  /** The shape's name. */
  readonly name: string;
  /** The code on the wire, where the protocol has one of its own. */
  readonly code: string;
  readonly status: number;
  readonly message: string;
  /** Its modelled members beside the message. */
  readonly members: Readonly<Record<string, unknown>>;
  readonly schema?: SchemaRef;
}

/** Reads a request as if it were the answer to an operation whose output is our input. */
export async function readAsAnswer(model: Model, operation: Operation, headers: IncomingHttpHeaders, body: Buffer) {
  const answer = new HttpResponse({
    statusCode: 200,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: Readable.from(body.length > 0 ? [body] : []),
  });
  const { $metadata: _, ...input } = await model.protocol.deserializeResponse(
    { ...operation, output: operation.input },
    model.context,
    answer,
  );
  return input;
}

/** Writes a response as if it were the request of an operation whose input is our output. */
export async function writeAsRequest(model: Model, operation: Operation, output: object) {
  const { headers, body } = await model.protocol.serializeRequest({ ...operation, input: operation.output }, output, model.context);
  const own = Object.entries(headers).filter(([name, value]) => value !== undefined && value !== null && name !== 'x-amz-target');
  return { headers: Object.fromEntries(own.map(([name, value]) => [name, String(value)])), body: body as Reply['body'] };
}

export const escapeXml = (value: unknown) => String(value).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
