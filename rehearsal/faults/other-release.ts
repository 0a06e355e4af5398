import { setTimeout as sleep } from 'node:timers/promises';
import { type AttributeValue, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { keys } from '../../steps/contract/records.ts';
import { asPerson } from './as-person.ts';
import type { FaultContext } from './fault.ts';

/** Milliseconds between two looks, and how many: two whole releases one after the other. */
const look = 100;
const looks = 3000;

/** A release beside the one that meets the fault, with the person who approves it. */
export class OtherRelease {
  private readonly context: FaultContext;
  private readonly table: DynamoDBClient;
  private readonly tag: string;

  constructor(context: FaultContext, tag: string) {
    this.context = context;
    this.table = new DynamoDBClient(asPerson(context));
    this.tag = tag;
  }

  push(): Promise<void> {
    return this.context.push(this.tag);
  }

  /** Resolves when it holds the stage. */
  async holds(stage: string): Promise<void> {
    await until(`${this.tag} holds ${stage}`, async () =>
      ((await this.get(keys.lock(stage)))?.['holder']?.S ?? '').startsWith(`${this.tag}-`),
    );
  }

  /** Resolves when somebody was asked, and said yes. */
  async approve(): Promise<void> {
    await until(`${this.tag} is approved`, () =>
      this.context.decide(this.tag, 'approved').then(
        () => true,
        () => false,
      ),
    );
  }

  /** Rejects when it was not released. */
  async end(): Promise<void> {
    try {
      const outcome = async () => (await this.get(keys.release(this.tag, 1)))?.['outcome']?.S;
      await until(`${this.tag} ends`, async () => (await outcome()) !== 'running');
      if ((await outcome()) !== 'released') throw new Error(`${this.tag} is ${await outcome()}; expected released, for no release is lost`);
    } finally {
      this.table.destroy();
    }
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
