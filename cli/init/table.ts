import type { Answered } from './answers.ts';
import type { Answers } from './question.ts';
import { byHand } from './questions.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * The text of pipeline/config.json that these answers make.
 * @param standing the table whose place it takes: what people wrote there by hand, and nobody is asked for, stays
 */
export function tableOf({ pipeline, stages }: Answered, standing: string | null = null): string {
  const each = [...stages].map(([name, answers]) => nested(new Map([['name', name], ...answers])));
  return `${JSON.stringify({ ...nested(pipeline), ...handWritten(standing), stages: each }, null, 2)}\n`;
}

function handWritten(standing: string | null): Record<string, unknown> {
  if (standing === null) return {};
  try {
    const table = JSON.parse(standing) as Record<string, unknown>;
    return Object.fromEntries(byHand.filter((field) => field in table).map((field) => [field, table[field]]));
  } catch {
    return {}; // What is no JSON holds nothing to keep; `differences` says so.
  }
}

function nested(answers: Answers): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [path, answer] of answers) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    let at = object;
    for (const key of keys) {
      at[key] ??= {};
      at = at[key] as Record<string, unknown>;
    }
    at[last] = answer;
  }
  return object;
}

/** What becomes of one table when the other takes its place, a line a field; empty when they say the same. A text that is no JSON differs as a whole. */
export function differences(before: string, after: string): string[] {
  const old = fieldsOf(before);
  if (!old) return ['the table that stands there is no JSON; all of it would be replaced'];
  const fresh = fieldsOf(after) ?? new Map<string, string>();
  const paths = [...new Set([...old.keys(), ...fresh.keys()])];
  return paths.flatMap((path) => {
    const [was, is] = [old.get(path), fresh.get(path)];
    if (was === is) return [];
    if (was === undefined) return [`+ ${path}: ${is}`];
    return is === undefined ? [`- ${path}: ${was}`] : [`~ ${path}: ${was} → ${is}`];
  });
}

/** Leaves by their path, stages by their names: one that is put in front of another does not change it. */
function fieldsOf(text: string): Map<string, string> | null {
  const fields = new Map<string, string>();
  const walk = (value: Json, path: string) => {
    if (typeof value !== 'object' || value === null) fields.set(path, JSON.stringify(value));
    else if (Array.isArray(value)) {
      const names = value.map((each, index) => (typeof each === 'object' && each && 'name' in each ? String(each['name']) : String(index)));
      if (path === 'stages') fields.set('the order of stages', names.join(', '));
      for (const [index, each] of value.entries()) walk(each, `${path}[${names[index]}]`);
    } else for (const [key, each] of Object.entries(value)) walk(each, path ? `${path}.${key}` : key);
  };
  try {
    walk(JSON.parse(text) as Json, '');
    return fields;
  } catch {
    return null;
  }
}
