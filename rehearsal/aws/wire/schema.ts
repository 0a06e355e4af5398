/** What the SDK's own schemas say about a service. Only this file knows how the SDK lays them out. */
import { NormalizedSchema } from '@smithy/core/schema';
import type { Service } from '../kernel.ts';

/** However the SDK refers to a schema: a static array, a function that gives one, a number for a simple type. */
export type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];

/** The SDK's protocol object, used the other way round: it reads our requests and writes our responses. */
export interface Protocol {
  getShapeId(): string;
  deserializeResponse(operation: object, context: object, response: object): Promise<Record<string, unknown>>;
  serializeRequest(operation: object, input: object, context: object): Promise<{ headers: Record<string, unknown>; body?: unknown }>;
  readonly serializer: { write(schema: SchemaRef, value: unknown): void; flush(): unknown };
  /** `settings`: of the XML reader; the JSON one has others. */
  readonly deserializer: { readonly settings: object };
  readonly options?: { readonly xmlNamespace?: string };
  readonly compositeErrorRegistry: { getSchema(shapeId: string): SchemaRef };
}

export interface Operation {
  readonly name: string;
  readonly namespace: string;
  readonly traits: { readonly http?: readonly [method: string, path: string, status: number] };
  readonly input: SchemaRef;
  readonly output: SchemaRef;
}

export interface Model {
  readonly protocol: Protocol;
  /** By name. */
  readonly operations: ReadonlyMap<string, Operation>;
  /** What the protocol needs beside a message to read or write it. */
  readonly context: object;
  /** The schema of an error class; undefined when the service does not model it. */
  error(name: string): NormalizedSchema | undefined;
}

// The SDK tags each of its static schemas with a number; 9 is an operation: [9, namespace, name, traits, input, output].
const OPERATION = 9;

export function readModel(service: Service): Model {
  const operations = new Map<string, Operation>();
  for (const value of Object.values(service.sdk)) {
    if (!Array.isArray(value) || value[0] !== OPERATION) continue;
    const [, namespace, name, traits, input, output] = value;
    operations.set(name, { name, namespace, traits: typeof traits === 'object' ? traits : {}, input, output });
  }
  const config = service.client.config as { protocol: Protocol };
  const namespace = operations.values().next().value?.namespace;
  return {
    protocol: config.protocol,
    operations,
    context: { ...config, endpoint: async () => ({ protocol: 'http:', hostname: '127.0.0.1', path: '/', query: {} }) },
    error: (name) => {
      try {
        return NormalizedSchema.of(config.protocol.compositeErrorRegistry.getSchema(`${namespace}#${name}`));
      } catch {
        return undefined; // the registry throws for what is not modelled
      }
    },
  };
}

/** The members of a structure; none for the unit type. */
export const members = (schema: SchemaRef): [string, NormalizedSchema][] => {
  const ns = NormalizedSchema.of(schema);
  return ns.isStructSchema() ? [...ns.structIterator()] : [];
};

/** Names of the members that must be there. Static structures are [3, namespace, name, traits, names, schemas, required count]. */
export function required(schema: SchemaRef): ReadonlySet<string> {
  const structure = NormalizedSchema.of(schema).getSchema() as unknown as readonly unknown[];
  return new Set((structure[4] as string[] | undefined)?.slice(0, (structure[6] as number | undefined) ?? 0));
}
