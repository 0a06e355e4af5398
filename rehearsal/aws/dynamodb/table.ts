import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { canonical, compare, type Item } from './attribute-value.ts';
import { validation } from './errors.ts';

export interface KeySchema {
  readonly partition: string;
  readonly sort?: string;
  /** `S`, `N` or `B` by attribute name. */
  readonly types: Readonly<Record<string, string>>;
}

export interface TableIndex {
  readonly name: string;
  readonly key: KeySchema;
}

/** One table's items, ordered as Query gives them. */
export class Table {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  readonly key: KeySchema;
  readonly indexes: readonly TableIndex[];
  readonly #items = new Map<string, Item>();

  constructor(name: string, arn: string, created: Date, key: KeySchema, indexes: readonly TableIndex[]) {
    this.name = name;
    this.arn = arn;
    this.created = created;
    this.key = key;
    this.indexes = indexes;
  }

  get size(): number {
    return this.#items.size;
  }

  index(name: string | undefined): KeySchema {
    if (name === undefined) return this.key;
    const index = this.indexes.find((candidate) => candidate.name === name);
    if (!index) throw validation(`The table does not have the specified index: ${name}`);
    return index.key;
  }

  /** The key attributes of an item. Throws when one is missing or of the wrong type. */
  keyOf(item: Item, exact = false): Item {
    const names = keyNames(this.key);
    for (const name of names) {
      const value = item[name];
      if (!value && !exact) throw validation(`One or more parameter values were invalid: Missing the key ${name} in the item`);
      if (!value) throw validation('The provided key element does not match the schema');
      if (!(this.key.types[name]! in value)) {
        const found = Object.keys(value)[0];
        throw exact
          ? validation('The provided key element does not match the schema')
          : validation(
              `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${this.key.types[name]} actual: ${found}`,
            );
      }
    }
    if (exact && Object.keys(item).length > names.length) throw validation('The provided key element does not match the schema');
    return Object.fromEntries(names.map((name) => [name, item[name]!]));
  }

  get(key: Item): Item | undefined {
    return this.#items.get(this.#id(this.keyOf(key, true)));
  }

  put(item: Item): void {
    this.#items.set(this.#id(this.keyOf(item)), item);
  }

  remove(key: Item): void {
    this.#items.delete(this.#id(this.keyOf(key, true)));
  }

  /** Every item that has the schema's key, in its order. */
  all(schema: KeySchema = this.key): Item[] {
    return [...this.#items.values()].filter((item) => keyNames(schema).every((name) => item[name] !== undefined)).sort(this.order(schema));
  }

  /** By partition, then by sort key; items of one index key by the table's. Only keys are looked at. */
  order(schema: KeySchema): (a: Item, b: Item) => number {
    const names = [...keyNames(schema), ...keyNames(this.key)];
    return (a, b) => names.reduce((order, name) => order || (a[name] && b[name] ? (compare(a[name], b[name]) ?? 0) : 0), 0);
  }

  #id(key: Item): string {
    return keyNames(this.key)
      .map((name) => canonical(key[name] as AttributeValue))
      .join();
  }
}

export const keyNames = ({ partition, sort }: KeySchema): string[] => (sort === undefined ? [partition] : [partition, sort]);
