/** The ports of the steps, in memory. What a test does not provide is refused by name: a step asks for nothing that nobody expects. */
import { isDeepStrictEqual } from 'node:util';
import type { Announcer, Clock, Item, LogReader, Notifier, Objects, SecretReader, Table } from '../../steps/contract/ports.ts';
import { exampleSecret } from '../container/builders.ts';
import { at } from './builders.ts';

/** A port of which the test provides some methods. */
export function only<Port extends object>(methods: Partial<Port>): Port {
  return new Proxy(methods, {
    get(target, name) {
      if (Reflect.has(target, name)) return Reflect.get(target, name);
      return () => Promise.reject(new Error(`${String(name)} was called, and nobody expected it`));
    },
  }) as Port;
}

/** Calls in their order, as `method argument argument`. Objects are written as JSON. */
export function recorded<Port extends object>(port: Port): { port: Port; calls: string[] } {
  const calls: string[] = [];
  const wrapped = new Proxy(port, {
    get(target, name) {
      const method = Reflect.get(target, name) as (...given: unknown[]) => unknown;
      return (...given: unknown[]) => {
        const words = given.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
        calls.push([String(name), ...words].join(' '));
        return method(...given);
      };
    },
  });
  return { port: wrapped, calls };
}

/** Conditions hold as in DynamoDB: an `undefined` in `only` asks that there be no such attribute. */
export class FakeTable implements Table {
  readonly items = new Map<string, Item>();

  constructor(...items: Item[]) {
    for (const item of items) this.items.set(`${item.pk}/${item.sk}`, item);
  }

  async get(pk: string, sk: string) {
    return this.items.get(`${pk}/${sk}`) ?? null;
  }

  async query(pk: string) {
    return [...this.items.values()].filter((item) => item.pk === pk).sort((a, b) => (a.sk < b.sk ? -1 : 1));
  }

  async insert(item: Item) {
    if (await this.get(item.pk, item.sk)) return false;
    await this.put(item);
    return true;
  }

  async put(item: Item) {
    this.items.set(`${item.pk}/${item.sk}`, item);
  }

  async update(pk: string, sk: string, attributes: Readonly<Record<string, unknown>>, only: Readonly<Record<string, unknown>> = {}) {
    if (!this.#fits(pk, sk, only)) return false;
    const changed = Object.entries({ pk, sk, ...this.items.get(`${pk}/${sk}`), ...attributes });
    await this.put(Object.fromEntries(changed.filter(([, value]) => value !== undefined)) as Item);
    return true;
  }

  async remove(pk: string, sk: string, only: Readonly<Record<string, unknown>>) {
    if (!this.#fits(pk, sk, only)) return false;
    this.items.delete(`${pk}/${sk}`);
    return true;
  }

  #fits(pk: string, sk: string, only: Readonly<Record<string, unknown>>) {
    const item = this.items.get(`${pk}/${sk}`);
    return Object.entries(only).every(([key, value]) => isDeepStrictEqual(item?.[key], value));
  }
}

/** Objects by `bucket/key`. */
export class FakeObjects implements Objects {
  readonly stored = new Map<string, string>();

  constructor(objects: Readonly<Record<string, string>> = {}) {
    for (const [key, text] of Object.entries(objects)) this.stored.set(key, text);
  }

  async put(bucket: string, key: string, body: string | Uint8Array) {
    this.stored.set(`${bucket}/${key}`, typeof body === 'string' ? body : Buffer.from(body).toString('utf8'));
  }

  async get(bucket: string, key: string) {
    const text = this.stored.get(`${bucket}/${key}`);
    if (text === undefined) throw Object.assign(new Error('The specified key does not exist.'), { name: 'NoSuchKey' });
    return text;
  }

  async url(bucket: string, key: string) {
    return `https://${bucket}.s3.us-east-1.amazonaws.com/${key}`;
  }
}

/** Streams by `group stream`, oldest line first. */
export const fakeLogs = (streams: Readonly<Record<string, readonly string[]>> = {}): LogReader => ({
  tail: async (group, stream, limit) => streams[`${group} ${stream}`]?.slice(-limit).map((line) => ({ at: at(20), line })) ?? null,
});

/** One secret; `null` was never filled. */
export const fakeSecrets = (text: string | null = JSON.stringify(exampleSecret()), versionId = 'version-1'): SecretReader => ({
  read: async (name) => ({ arn: `arn:aws:secretsmanager:us-east-1:111122223333:secret:${name}-AbCdEf`, name, versionId, text }),
});

export const fakeClock = (now: string = at()): Clock => ({ now: () => new Date(now) });

/** People, and what they were told. */
export class FakePeople implements Notifier {
  readonly told: { subject: string; message: string }[] = [];

  async notify(subject: string, message: string) {
    this.told.push({ subject, message });
  }
}

export class FakeAnnouncer implements Announcer {
  readonly announced: Readonly<Record<string, unknown>>[] = [];

  async announce(detail: Readonly<Record<string, unknown>>) {
    this.announced.push(detail);
  }
}
