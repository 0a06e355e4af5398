import type { Service } from '../kernel.ts';
import type { Codec } from './codec.ts';
import { ec2Codec } from './ec2-codec.ts';
import { jsonCodec } from './json-codec.ts';
import { queryCodec } from './query-codec.ts';
import { restCodec } from './rest-codec.ts';
import { type Model, readModel } from './schema.ts';

/** A service, ready to answer. */
export interface Mounted {
  readonly service: Service;
  readonly model: Model;
  readonly codec: Codec;
}

/** Reads the service's schemas. Throws when a handler names no operation of the SDK, or asks for no permission. */
export function mount(service: Service): Mounted {
  const model = readModel(service);
  const problems = Object.keys(service.handlers).flatMap((operation) => [
    ...(model.operations.has(operation) ? [] : [`${operation} is no operation of this service`]),
    ...(service.permissions[operation] ? [] : [`${operation} says nothing of permissions: give [] if AWS does not authorize it`]),
  ]);
  if (problems.length > 0) throw new Error(`${service.signingName}: ${problems.join('; ')}`);
  return { service, model, codec: codecOf(service, model) };
}

function codecOf(service: Service, model: Model): Codec {
  const protocol = model.protocol.getShapeId();
  if (/#awsJson/.test(protocol)) return jsonCodec(model);
  if (/#awsQuery$/.test(protocol)) return queryCodec(model);
  if (/#ec2Query$/.test(protocol)) return ec2Codec(model);
  if (/#rest(Xml|Json)/.test(protocol)) return restCodec(model, service.prefixLabel);
  throw new Error(
    `${service.signingName}: the protocol ${protocol} is not supported; known: awsJson, awsQuery, ec2Query, restXml, restJson`,
  );
}
