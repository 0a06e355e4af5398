import { secretContract } from '../../../container/src/config/index.ts';
import { checkSchema } from '../../../steps/checks/json-schema.ts';
import { checkAgainstContract } from '../../../steps/checks/secret-contract.ts';
import { exampleSecret } from '../../container/builders.ts';

const ours = secretContract() as { required: string[]; properties: Record<string, unknown> };
const check = (secret: unknown, contract: unknown = ours) =>
  checkAgainstContract({ name: 'example/staging', text: JSON.stringify(secret) }, JSON.stringify(contract));

describe("the tag's own secret contract", () => {
  it('passes a secret that fits, in either spelling of its keys', () => {
    expect(() => check(exampleSecret())).not.toThrow();
    const upper = Object.fromEntries(Object.entries(exampleSecret()).map(([key, value]) => [key.toUpperCase(), value]));
    expect(() => check(upper)).not.toThrow();
    expect(() => check({ ...exampleSecret(), Unknown_Key: 1 })).not.toThrow();
  });

  it('finds the key that a tag needs and this pipeline does not know', () => {
    const theirs = {
      ...ours,
      required: [...ours.required, 'region_key'],
      properties: { ...ours.properties, region_key: { type: 'string' } },
    };
    expect(() => check(exampleSecret(), theirs)).toThrow(
      expect.objectContaining({ name: 'SecretKeyMissing', message: expect.stringContaining('region_key is missing') }),
    );
    expect(() => check(exampleSecret({ REGION_KEY: 'example' }), theirs)).not.toThrow();
  });

  it('names every missing key and every broken rule, and no value', () => {
    const secret = exampleSecret({ client_id: undefined, tenant: undefined, app_definition_id: 'example-secret-value' });
    expect(() => check(secret)).toThrow(
      expect.objectContaining({
        name: 'SecretKeyMissing',
        message: expect.stringMatching(
          /^(?!.*example-secret-value).*app_definition_id must match .*tenant is missing; client_id is missing/,
        ),
      }),
    );
  });

  it.each([
    ['a wrong type', { client_id: 7 }],
    ['a value outside its list', { log_level: 'LOUD' }],
    ['none of the allowed forms', { enable_webhook_verification: 'false' }],
  ])('throws SecretValueInvalid for %s', (_, changes) => {
    expect(() => check(exampleSecret(changes))).toThrow(expect.objectContaining({ name: 'SecretValueInvalid' }));
  });

  it.each([
    ['if', { if: {} }],
    ['$ref', { properties: { tenant: { $ref: '#/$defs/tenant' } } }],
    ['format', { properties: { tenant: { format: 'hostname' } } }],
  ])('refuses the keyword %s by name: to skip it would pass what the tag forbids', (keyword, changes) => {
    expect(() => check(exampleSecret(), { ...ours, ...changes })).toThrow(
      expect.objectContaining({ name: 'ContractBroken', message: expect.stringContaining(`uses ${keyword}`) }),
    );
  });

  it('compares keys to the letter where the contract knows one spelling', () => {
    const { 'x-key-spellings': _, ...strict } = ours as Record<string, unknown>;
    expect(() => check(exampleSecret(), strict)).not.toThrow();
    const { tenant, ...others } = exampleSecret();
    expect(() => check({ ...others, TENANT: tenant }, strict)).toThrow(expect.objectContaining({ name: 'SecretKeyMissing' }));
  });

  it('says that the whole secret is of the wrong kind', () => {
    expect(() => check(['example'])).toThrow(
      expect.objectContaining({ name: 'SecretValueInvalid', message: expect.stringContaining('the secret must be of type object') }),
    );
  });

  it('refuses spellings of keys that it does not know', () => {
    expect(() => check(exampleSecret(), { ...ours, 'x-key-spellings': ['camelCase'] })).toThrow(
      expect.objectContaining({ name: 'ContractBroken' }),
    );
  });
});

describe('checkSchema', () => {
  it.each<[unknown, object]>([
    ['ab', { minLength: 2, maxLength: 2 }],
    [3, { type: 'integer' }],
    [null, { type: 'null' }],
    [['example'], { type: 'array' }],
    [true, { const: true }],
    [7, { pattern: '^a' }],
    [{ a: 1 }, { properties: { a: { type: 'number' } }, additionalProperties: false }],
  ])('passes %j for %j', (value, schema) => {
    expect(checkSchema(value, schema)).toEqual([]);
  });

  it.each<[unknown, object, string]>([
    ['a', { minLength: 2 }, 'must have at least 2 characters'],
    ['abc', { maxLength: 2 }, 'must have at most 2 characters'],
    [3.5, { type: 'integer' }, 'must be of type integer'],
    [[], { type: 'object' }, 'must be of type object'],
    ['true', { const: true }, 'must be true'],
    [{ b: 1 }, { properties: { a: {} }, additionalProperties: false }, 'is not known'],
  ])('refuses %j for %j', (value, schema, rule) => {
    expect(checkSchema(value, schema).map((problem) => problem.rule)).toEqual([rule]);
  });

  it.each<[unknown, object]>([
    [7, { required: ['a'] }],
    [7, { properties: { a: { type: 'string' } } }],
    [7, { additionalProperties: false }],
    [{ a: 1 }, { additionalProperties: true }],
  ])('has nothing to say about %j by %j: that is for its type', (value, schema) => {
    expect(checkSchema(value, schema)).toEqual([]);
  });

  it('knows no key of an object that names none', () => {
    expect(checkSchema({ a: 1 }, { additionalProperties: false })).toEqual([
      { path: 'a', keyword: 'additionalProperties', rule: 'is not known' },
    ]);
  });

  it.each<[unknown, string]>([
    ['example', 'has no object at its root'],
    [{ properties: { a: true } }, 'has no object at a'],
    [{ type: 'date' }, 'names the type "date"'],
    [{ type: ['string', 'null'] }, 'names the type ["string","null"]'],
    [{ additionalProperties: { type: 'string' } }, 'gives additionalProperties a schema'],
  ])('refuses the schema %j, which it cannot check', (schema, text) => {
    expect(() => checkSchema({ a: 1 }, schema)).toThrow(
      expect.objectContaining({ name: 'ContractBroken', message: expect.stringContaining(text) }),
    );
  });

  it('names where it is, in dotted words', () => {
    const schema = { properties: { a: { required: ['b'], properties: { c: { type: 'string' } } } } };
    expect(checkSchema({ a: { c: 1 } }, schema).map(({ path }) => path)).toEqual(['a.b', 'a.c']);
  });
});
