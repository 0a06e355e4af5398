import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Readonly<Record<string, AttributeValue>>;

/** `{S: 'x'}` → `['S', 'x']`. */
export function typed(value: AttributeValue): [type: string, content: unknown] {
  const [entry] = Object.entries(value);
  if (!entry) throw new TypeError('an attribute value has no type');
  return entry as [string, unknown];
}

/** Numbers are texts on the wire and equal by their worth: 1 and 1.0 are one number. Precision beyond a double's is not kept apart. */
const canonicalNumber = (text: unknown) => String(Number(text));

/** A text that two values share exactly when they are equal. Sets have no order. */
export function canonical(value: AttributeValue): string {
  const [type, content] = typed(value);
  const text = (() => {
    switch (type) {
      case 'N':
        return canonicalNumber(content);
      case 'NS':
        return (content as string[]).map(canonicalNumber).sort();
      case 'SS':
        return [...(content as string[])].sort();
      case 'BS':
        return (content as Uint8Array[]).map(base64).sort();
      case 'B':
        return base64(content as Uint8Array);
      case 'L':
        return (content as AttributeValue[]).map(canonical);
      case 'M':
        return Object.entries(content as Item)
          .map(([name, member]) => [name, canonical(member)])
          .sort();
      default:
        return content;
    }
  })();
  return JSON.stringify([type, text]);
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

export const equal = (a: AttributeValue, b: AttributeValue): boolean => canonical(a) === canonical(b);

/** Negative, zero or positive; undefined when the types have no order or differ. Text is ordered by its UTF-8 bytes. */
export function compare(a: AttributeValue, b: AttributeValue): number | undefined {
  const [[typeA, contentA], [typeB, contentB]] = [typed(a), typed(b)];
  if (typeA !== typeB) return undefined;
  if (typeA === 'N') return Number(contentA) - Number(contentB);
  if (typeA === 'S') return Buffer.compare(Buffer.from(contentA as string), Buffer.from(contentB as string));
  if (typeA === 'B') return Buffer.compare(contentA as Uint8Array, contentB as Uint8Array);
  return undefined;
}

/** Bytes of a text, bytes, or members of a collection; undefined for other types. */
export function sizeOf(value: AttributeValue): number | undefined {
  const [type, content] = typed(value);
  if (type === 'S') return Buffer.byteLength(content as string);
  if (type === 'M') return Object.keys(content as object).length;
  if (['B', 'L', 'SS', 'NS', 'BS'].includes(type)) return (content as { length: number }).length;
  return undefined;
}
