import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './attribute-value.ts';
import { validation } from './errors.ts';
import type { Path } from './parser.ts';

export function get(item: Item, path: Path): AttributeValue | undefined {
  const [first, ...rest] = path;
  return rest.reduce<AttributeValue | undefined>(step, item[first]);
}

const step = (value: AttributeValue | undefined, key: string | number): AttributeValue | undefined =>
  typeof key === 'number' ? value?.L?.[key] : value?.M?.[key];

const invalid = () => validation('The document path provided in the update expression is invalid for update');

/** Changes what is at the path, in place. The parent must be there. @param value undefined removes */
export function put(item: Record<string, AttributeValue>, path: Path, value: AttributeValue | undefined): void {
  const parents = path.slice(0, -1);
  const last = path.at(-1)!;
  if (parents.length === 0) {
    setMember(item, String(last), value);
    return;
  }
  const parent = get(item, parents as unknown as Path);
  if (typeof last === 'number') {
    if (!parent?.L) throw invalid();
    // Beyond the end of a list DynamoDB appends.
    if (value) parent.L[Math.min(last, parent.L.length)] = value;
    else parent.L.splice(last, 1);
  } else {
    if (!parent?.M) throw invalid();
    setMember(parent.M, last, value);
  }
}

function setMember(map: Record<string, AttributeValue>, name: string, value: AttributeValue | undefined): void {
  if (value) map[name] = value;
  else delete map[name];
}

/** The part of an item that a projection names; parents are kept, siblings are not. */
export function project(item: Item, paths: readonly Path[]): Item {
  const result: Record<string, AttributeValue> = {};
  for (const path of paths) {
    const value = get(item, path);
    if (!value) continue;
    let at = result;
    for (const name of path.slice(0, -1)) {
      if (typeof name === 'number') throw validation('A projection of a list member is not supported by this stand-in.');
      at[name] ??= { M: {} };
      at = at[name].M!;
    }
    const last = path.at(-1)!;
    if (typeof last === 'number') throw validation('A projection of a list member is not supported by this stand-in.');
    at[last] = value;
  }
  return result;
}
