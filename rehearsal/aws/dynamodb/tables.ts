import { ResourceInUseException, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import type { Properties, World } from '../kernel.ts';
import { saying } from '../sdk-words.ts';
import { type KeySchema, Table } from './table.ts';

interface KeyElement {
  readonly AttributeName?: string;
  readonly KeyType?: string;
}

function readKey(elements: readonly KeyElement[], definitions: readonly { AttributeName?: string; AttributeType?: string }[]): KeySchema {
  const name = (type: string) => elements.find(({ KeyType }) => KeyType === type)?.AttributeName;
  const types = Object.fromEntries(definitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType ?? 'S']));
  return { partition: name('HASH')!, sort: name('RANGE'), types };
}

/** All tables of the account. */
export class Tables {
  readonly #world: World;
  readonly #tables = new Map<string, Table>();

  constructor(world: World) {
    this.#world = world;
  }

  all(): Table[] {
    return [...this.#tables.values()];
  }

  /** By name or ARN. */
  get(id: string): Table {
    const table = this.#tables.get(id.split('table/').at(-1)!);
    if (!table) throw new ResourceNotFoundException(saying('Requested resource not found'));
    return table;
  }

  /** @param properties as CloudFormation and the API both name them */
  create(name: string, properties: Properties): Table {
    if (this.#tables.has(name)) throw new ResourceInUseException(saying(`Table already exists: ${name}`));
    const definitions = properties['AttributeDefinitions'] ?? [];
    const indexes = [...(properties['GlobalSecondaryIndexes'] ?? []), ...(properties['LocalSecondaryIndexes'] ?? [])];
    const table = new Table(
      name,
      this.arn(name),
      this.#world.clock.now(),
      readKey(properties['KeySchema'], definitions),
      indexes.map(({ IndexName, KeySchema }) => ({ name: IndexName, key: readKey(KeySchema, definitions) })),
    );
    this.#tables.set(name, table);
    return table;
  }

  remove(name: string): void {
    this.get(name);
    this.#tables.delete(name);
  }

  arn(name: string): string {
    return `arn:aws:dynamodb:${this.#world.region}:${this.#world.account}:table/${name}`;
  }
}
