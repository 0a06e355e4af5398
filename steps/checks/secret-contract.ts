import * as z from 'zod';
import { ContractBroken, ReleaseError } from '../contract/errors.ts';
import { checkSchema } from './json-schema.ts';

const Spellings = z.object({ 'x-key-spellings': z.array(z.enum(['lower_snake_case', 'UPPER_SNAKE_CASE'])) }).partial();

/**
 * Judges a secret by the contract that the tag's own build exported: the tag may need a key that this pipeline's code does not know yet.
 * Throws SecretKeyMissing with every missing key, else SecretValueInvalid with every broken rule; never with a value.
 */
export function checkAgainstContract(secret: { name: string; text: string }, contract: string): void {
  const schema: unknown = JSON.parse(contract);
  const problems = checkSchema(spelled(JSON.parse(secret.text), schema), schema);
  if (problems.length === 0) return;
  const cause = problems.some(({ keyword }) => keyword === 'required') ? 'SecretKeyMissing' : 'SecretValueInvalid';
  const list = problems.map(({ path, rule }) => `${path || 'the secret'} ${rule}`).join('; ');
  throw new ReleaseError(cause, `The secret ${secret.name} does not fit the contract of the tag's own build: ${list}.`);
}

/** The contract is written in lower case; where it allows the upper-case spelling too, keys are compared without regard to case. */
function spelled(secret: unknown, schema: unknown): unknown {
  const spellings = Spellings.safeParse(schema);
  if (!spellings.success) throw new ContractBroken("The tag's secret contract names key spellings that this pipeline does not know.");
  if (!spellings.data['x-key-spellings']?.includes('UPPER_SNAKE_CASE')) return secret;
  // checkSchema says of anything but an object what it should be.
  if (typeof secret !== 'object' || secret === null || Array.isArray(secret)) return secret;
  return Object.fromEntries(Object.entries(secret).map(([key, value]) => [/^[A-Z0-9_]+$/.test(key) ? key.toLowerCase() : key, value]));
}
