import { setTimeout as sleep } from 'node:timers/promises';
import { type AttributeValue, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { keys } from '../../steps/contract/records.ts';
import { asPerson } from './as-person.ts';
import type { Fault, FaultContext } from './fault.ts';

/** Milliseconds between two looks, and how many: two whole releases one after the other. */
const look = 100;
const looks = 3000;

/** A tag is pushed while the one before it deploys: each stage belongs to one release at a time, and neither is lost. */
export const twoTagsAtOnce: Fault = {
  name: 'two-tags-at-once',
  summary: 'a tag is pushed while the one before it deploys',
  cause: null,
  on: 'update',
  inject(context) {
    const earlier = new EarlierRelease(context);
    return {
      async start() {
        await context.push(earlierThan(context.tag));
        await earlier.deploys();
        await context.push(context.tag);
      },
      mend: () => earlier.end(),
    };
  },
};

/** Below the tag, above everything that was released before: `v1.4.0` → `v1.3.999`. */
function earlierThan(tag: string): string {
  const [major = 0, minor = 0] = tag.slice(1).split('.').map(Number);
  return minor > 0 ? `v${major}.${minor - 1}.999` : `v${major}.${minor}.0-0`;
}

/** The release that is under way first, with the person who approves it. */
class EarlierRelease {
  private readonly context: FaultContext;
  private readonly table: DynamoDBClient;
  private readonly tag: string;

  constructor(context: FaultContext) {
    this.context = context;
    this.table = new DynamoDBClient(asPerson(context));
    this.tag = earlierThan(context.tag);
  }

  /** Resolves when it holds the stage. */
  async deploys(): Promise<void> {
    await until(`${this.tag} holds ${this.context.stage.name}`, async () =>
      ((await this.get(keys.lock(this.context.stage.name)))?.['holder']?.S ?? '').startsWith(this.tag),
    );
    void this.approve().catch(() => {}); // `end` sees what became of it.
  }

  /** Rejects when it was not released. */
  async end(): Promise<void> {
    try {
      const outcome = async () => (await this.get(keys.release(this.tag, 1)))?.['outcome']?.S;
      await until(`${this.tag} ends`, async () => (await outcome()) !== 'running');
      if ((await outcome()) !== 'released') throw new Error(`${this.tag} is ${await outcome()}; expected released, as the tag after it`);
    } finally {
      this.table.destroy();
    }
  }

  private async approve(): Promise<void> {
    await until(`${this.tag} is approved`, () =>
      this.context.decide(this.tag, 'approved').then(
        () => true,
        () => false,
      ),
    );
  }

  private async get({ pk, sk }: { pk: string; sk: string }): Promise<Record<string, AttributeValue> | undefined> {
    const item = { TableName: this.context.pipeline['ReleaseTable'], Key: { pk: { S: pk }, sk: { S: sk } }, ConsistentRead: true };
    return (await this.table.send(new GetItemCommand(item))).Item;
  }
}

async function until(what: string, seen: () => Promise<boolean>): Promise<void> {
  for (let left = looks; left > 0; left--, await sleep(look)) if (await seen()) return;
  throw new Error(`${what}: not within ${(looks * look) / 1000} s`);
}
