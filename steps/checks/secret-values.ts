import { SECRET_CLASS_KEYS } from '../../container/src/config/index.ts';
import type { SecretValue } from './redact.ts';

/**
 * What the redactor is to be fed with: the values of the secret-class keys and of keys that nobody knows. A text that is no JSON object is
 * itself the secret, and so is each longer word of it.
 */
export function secretValues(text: string | null, harmless: readonly string[]): SecretValue[] {
  if (text === null || text.trim() === '') return [];
  const values = fromJson(text) ?? [{ name: 'secret', value: text.trim() }, ...words(text)];
  // A secret's own name or a public value, written into a secret-class key by mistake, is the evidence of that mistake.
  return values.filter(({ value }) => !harmless.includes(value));
}

/** Facts about the stage that the service shows to anybody. */
const shown = new Set([
  'tenant',
  'user_bucket',
  'pkg_prefix',
  'pkg_key',
  'log_level',
  'enable_webhook_verification',
  'webhook_allow_list',
  'ecr_repository_name',
]);

function fromJson(text: string): SecretValue[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null; // The parser's error quotes the text: it goes no further.
  }
  if (typeof parsed !== 'object' || parsed === null) return null;
  const values = Object.entries(parsed)
    .filter(([key]) => !shown.has(key.toLowerCase()))
    .flatMap(([key, value]) => (typeof value === 'boolean' || value === null ? [] : [{ name: key.toLowerCase(), value: plain(value) }]));
  const of = (key: string) => values.find(({ name }) => name === key)?.value;
  const [id, secret] = [of('client_id'), of('client_secret')];
  // What an HTTP client sends to the token endpoint, and may log as a whole.
  return id && secret ? [...values, { name: 'basic-credentials', value: `${id}:${secret}` }] : values;
}

function words(text: string): SecretValue[] {
  const names = new Set<string>([...SECRET_CLASS_KEYS, ...shown]);
  return text
    .split(/[\s"'=:,;{}[\]]+/)
    .filter((word) => word.length >= 8 && !names.has(word.toLowerCase()))
    .map((value) => ({ name: 'secret', value }));
}

const plain = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
