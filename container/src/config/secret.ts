import * as z from 'zod';
import { type ParameterKey, parameterKeys, parameters, requiredKeys, type SecretConfig } from './parameters.ts';

export type SecretCause = 'SecretEmpty' | 'SecretMalformed' | 'SecretKeyMissing' | 'SecretValueInvalid';

/** One broken rule. `rule` is a sentence about the key, never a value. */
export interface SecretProblem {
  key: string;
  rule: string;
}

/** `keys` are those of the cause; `problems` holds everything found at once. No field ever holds a value of the secret. */
export type SecretVerdict =
  | { ok: true; config: SecretConfig; warnings: string[] }
  | { ok: false; cause: SecretCause; keys: string[]; problems: SecretProblem[]; message: string };

/** Keys whose values a redactor must remove wherever they appear. The others (`INFO`, `true`, a bucket's name) are facts about the stage. */
export const SECRET_CLASS_KEYS = ['client_secret', 'client_id', 'app_definition_id'] as const satisfies readonly ParameterKey[];

/** Reads a SecretString. Used by the service at its start and by the pipeline before a release: one schema, one verdict. */
export function parseSecret(text: string): SecretVerdict {
  const parsed = parseJson(text);
  if (isEmpty(parsed, text)) {
    return refusal('SecretEmpty', [], 'The secret is empty: it was created but never filled in.');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return refusal('SecretMalformed', [], 'The secret is not one JSON object.');
  }
  const { values, doubled, unknown } = canonical(parsed as Record<string, unknown>);
  const missing = requiredKeys.filter((key) => !values.has(key));
  const result = parameters.safeParse(Object.fromEntries(values));
  const problems = [
    ...missing.map((key) => ({ key, rule: 'is missing' })),
    ...doubled.map((key) => ({ key, rule: `is given twice, as ${key} and as ${key.toUpperCase()}` })),
    ...(result.error ? brokenRules(result.error, missing) : []),
  ];
  if (missing.length > 0) return refusal('SecretKeyMissing', missing, describe(problems), problems);
  if (problems.length > 0 || !result.success) {
    return refusal('SecretValueInvalid', [...new Set(problems.map((problem) => problem.key))], describe(problems), problems);
  }
  const warnings = unknown.length > 0 ? [`The secret has unknown keys, which are ignored: ${unknown.join(', ')}`] : [];
  return { ok: true, config: result.data, warnings };
}

/**
 * JSON Schema (2020-12) of the secret as people write it, for a pipeline that releases a tag whose parameters differ from its own.
 * Lower-case the keys before checking against it: `x-key-spellings` says which spellings the service accepts.
 */
export function secretContract(): object {
  return {
    ...z.toJSONSchema(parameters, { io: 'input' }),
    title: 'Benchling webhook secret',
    description: 'Every key may also be written in UPPER_CASE, but not in both spellings at once. Unknown keys are ignored.',
    additionalProperties: true,
    'x-key-spellings': ['lower_snake_case', 'UPPER_SNAKE_CASE'],
  };
}

function canonical(secret: Record<string, unknown>) {
  const values = new Map<ParameterKey, unknown>();
  const doubled: ParameterKey[] = [];
  for (const key of parameterKeys) {
    const spellings = [key, key.toUpperCase()].filter((spelling) => Object.hasOwn(secret, spelling));
    if (spellings.length === 2) doubled.push(key);
    if (spellings[0] !== undefined) values.set(key, secret[spellings[0]]);
  }
  const known = new Set<string>(parameterKeys.flatMap((key) => [key, key.toUpperCase()]));
  return { values, doubled, unknown: Object.keys(secret).filter((key) => !known.has(key)) };
}

function brokenRules(error: z.ZodError, missing: ParameterKey[]): SecretProblem[] {
  const problems = error.issues.map((issue) => ({ key: String(issue.path[0]), rule: issue.message }));
  return problems.filter(
    ({ key }, index) => !missing.some((name) => name === key) && problems.findIndex((other) => other.key === key) === index,
  );
}

// The parser's own error quotes the text, which is the secret: only the fact that it failed may leave this function.
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isEmpty(parsed: unknown, text: string): boolean {
  if (text.trim() === '' || parsed === null || parsed === '') return true;
  return typeof parsed === 'object' && Object.keys(parsed).length === 0;
}

function describe(problems: SecretProblem[]): string {
  return `The secret cannot be used: ${problems.map(({ key, rule }) => `${key} ${rule}`).join('; ')}.`;
}

function refusal(cause: SecretCause, keys: string[], message: string, problems: SecretProblem[] = []): SecretVerdict {
  return { ok: false, cause, keys, problems, message };
}
