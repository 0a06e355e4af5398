import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** A plain value as DynamoDB writes it. Absent members of an object are left out. Throws for what has no JSON form. */
export function toAttribute(value: unknown): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'boolean') return { BOOL: value };
  if (typeof value === 'number' && Number.isFinite(value)) return { N: String(value) };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  if (typeof value === 'object' && value.constructor === Object) return { M: toItem(value) };
  throw new TypeError(`a ${typeof value} cannot be stored: expected JSON`);
}

export function toItem(object: object): Record<string, AttributeValue> {
  const present = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([key, value]) => [key, toAttribute(value)]));
}

export function fromAttribute(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.L !== undefined) return value.L.map(fromAttribute);
  if (value.M !== undefined) return fromItem(value.M);
  throw new TypeError(`cannot read an attribute of type ${Object.keys(value).join()}: expected S, N, BOOL, NULL, L or M`);
}

export function fromItem(item: Record<string, AttributeValue>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, fromAttribute(value)]));
}
