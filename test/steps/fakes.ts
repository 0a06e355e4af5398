/** Ports that remember, for the steps that write. `ports.ts` has those that only answer. */
import { isDeepStrictEqual } from 'node:util';
import type { MeteredEvent } from '../../steps/contract/cost.ts';
import type { LogPages } from '../../steps/contract/evidence-ports.ts';
import type { Measured } from '../../steps/contract/metrics.ts';
import type { Announcer, Item, LogReader, Measures, Notifier, ReleaseHistory, SecretReader, Table } from '../../steps/contract/ports.ts';
import { exampleSecret } from '../container/builders.ts';
import { config, minute } from './incidents.ts';

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

/** Streams by `group stream`, oldest line first. @param pageLines how many lines a page holds */
export const fakeLogs = (streams: Readonly<Record<string, readonly string[]>> = {}, pageLines = 1_000): LogReader & LogPages => ({
  tail: async (group, stream, limit) => streams[`${group} ${stream}`]?.slice(-limit).map((line) => ({ at: minute(7), line })) ?? null,
  page: async (group, stream, token) => {
    const lines = streams[`${group} ${stream}`];
    if (!lines) return null;
    const [start, end] = [Number(token ?? 0), Number(token ?? 0) + pageLines];
    return { lines: lines.slice(start, end).map((line) => ({ at: minute(7), line })), next: end < lines.length ? String(end) : null };
  },
});

/** One secret; `null` was never filled. */
export const fakeSecrets = (text: string | null = JSON.stringify(exampleSecret()), versionId = config.secretVersionId): SecretReader => ({
  read: async (name) => ({ arn: `arn:aws:secretsmanager:us-east-1:111122223333:secret:${name}-AbCdEf`, name, versionId, text }),
});

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

/** What was told to CloudWatch. */
export class FakeMeasures implements Measures {
  readonly sent: Measured[] = [];

  send(values: readonly Measured[]) {
    this.sent.push(...values);
  }
}

/** An execution that deployed for half a minute: two transitions so far, one function. */
export const fakeHistory = (events: MeteredEvent[] = deployed): ReleaseHistory => ({ events: async () => events });
const deployed: MeteredEvent[] = [
  { at: minute(0), type: 'PassStateEntered', state: 'Begin' },
  { at: minute(0), type: 'PassStateExited', state: 'Begin' },
  { at: minute(1), type: 'TaskStateEntered', state: 'Deploy' },
  { at: minute(1), type: 'TaskScheduled', service: 'lambda' },
  { at: minute(2), type: 'TaskSucceeded' },
  { at: minute(2), type: 'TaskStateExited', state: 'Deploy' },
];
