import type { ObjectStreams } from '../../steps/contract/evidence-ports.ts';
import type { Clock, Objects } from '../../steps/contract/ports.ts';

/** A port of which only these methods may be called: any other call fails the test by name. */
export function port<Port extends object>(methods: Partial<Port>): Port {
  return new Proxy(methods, {
    get(target, name) {
      if (Object.hasOwn(target, name)) return Reflect.get(target, name);
      return () => {
        throw new Error(`${String(name)} was not expected to be called`);
      };
    },
  }) as Port;
}

export const clockAt = (time: string): Clock => ({ now: () => new Date(time) });

export interface MemoryObjects extends Objects, ObjectStreams {
  /** Bodies by key, whatever the bucket. */
  readonly stored: Map<string, string>;
  /** Keys in the order in which they were written. */
  readonly order: string[];
}

/** An object store in memory. */
export function memoryObjects(initial: Readonly<Record<string, unknown>> = {}): MemoryObjects {
  const asText = (body: unknown) => (typeof body === 'string' ? body : JSON.stringify(body));
  const stored = new Map(Object.entries(initial).map(([key, body]) => [key, asText(body)]));
  const order: string[] = [];
  return {
    stored,
    order,
    async put(_bucket, key, body) {
      stored.set(key, typeof body === 'string' ? body : Buffer.from(body).toString('utf8'));
      order.push(key);
    },
    async stream(_bucket, key, body) {
      const pieces: Uint8Array[] = [];
      for await (const piece of body) pieces.push(piece);
      stored.set(key, Buffer.concat(pieces).toString('utf8'));
      order.push(key);
    },
    async get(_bucket, key) {
      const body = stored.get(key);
      if (body === undefined) throw Object.assign(new Error('The specified key does not exist.'), { name: 'NoSuchKey' });
      return body;
    },
    url: async (bucket, key) => `https://${bucket}.s3.us-east-1.amazonaws.com/${key}`,
  };
}

/** An error of AWS by its name and text. */
export const awsError = (name: string, message: string) => Object.assign(new Error(message), { name });
