import type { SourceDefinition, SourcePorts } from './diagnostic-sources.ts';
import { asJson } from './once.ts';

/** A key that is none of these may itself be what somebody pasted in the wrong place. */
const keyName = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** A secret's versions, labels, rotation and the names of its keys, label by label: which key a new version lacks. Never a value. */
export function secretSource(name: string, { secretHistory, secretTexts }: SourcePorts): SourceDefinition {
  return {
    source: 'secret',
    seconds: 30,
    gather: async (bundle) => {
      const [view, texts] = await Promise.all([secretHistory.describe(name), secretTexts]);
      const keys = Object.fromEntries([...texts].map(([label, text]) => [label, keysOf(text)]));
      await bundle.put('secret', 'secret.json', asJson({ name, ...view, keys }));
    },
  };
}

/** Each key with the type of its value; in words when there is no JSON object. */
export function keysOf(text: string | null): Record<string, string> | string {
  if (text === null || text.trim() === '') return 'no value';
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return 'no JSON object';
    const named = Object.entries(parsed).map(([key, value], index) => [
      keyName.test(key) ? key : `(unusual name ${index + 1})`,
      kindOf(value),
    ]);
    return Object.fromEntries(named);
  } catch {
    return 'no JSON object'; // The parser's error quotes the text: it goes no further.
  }
}

const kindOf = (value: unknown) =>
  value === null ? 'null' : value === '' ? 'empty string' : Array.isArray(value) ? 'array' : typeof value;
