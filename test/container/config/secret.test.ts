import fc from 'fast-check';
import { parseSecret, SECRET_CLASS_KEYS, secretContract } from '../../../container/src/config/secret.ts';
import { exampleSecret } from '../builders.ts';

const parse = (changes: Record<string, unknown> = {}) => parseSecret(JSON.stringify(exampleSecret(changes)));
const refusalOf = (text: string) => {
  const verdict = parseSecret(text);
  if (verdict.ok) throw new Error('expected a refusal');
  return verdict;
};

describe('a secret that can be used', () => {
  it('gets the documented defaults', () => {
    expect(parse()).toEqual({
      ok: true,
      warnings: [],
      config: {
        tenant: 'example-tenant',
        client_id: 'example-client-id',
        client_secret: 'example-client-secret',
        app_definition_id: 'appdef_example1',
        user_bucket: 'example-bucket',
        pkg_prefix: 'benchling',
        pkg_key: 'experiment_id',
        log_level: 'INFO',
        enable_webhook_verification: true,
        webhook_allow_list: [],
        ecr_repository_name: 'quiltdata/benchling',
      },
    });
  });

  it('may be spelt in upper case', () => {
    const upper = Object.fromEntries(Object.entries(exampleSecret()).map(([key, value]) => [key.toUpperCase(), value]));
    expect(parseSecret(JSON.stringify(upper))).toEqual(parse());
  });

  it.each([
    ['tenant', ' example-tenant ', 'example-tenant'],
    ['tenant', 'example-tenant.benchling.com', 'example-tenant'],
    ['tenant', 'example-tenant.benchling.com.', 'example-tenant'],
    ['enable_webhook_verification', 'true', true],
    ['enable_webhook_verification', '1', true],
    ['webhook_allow_list', '192.0.2.1, 198.51.100.0/24,2001:db8::/32', ['192.0.2.1', '198.51.100.0/24', '2001:db8::/32']],
  ])('normalises %s from %j', (key, value, expected) => {
    const verdict = parse({ [key]: value });
    expect(verdict.ok && verdict.config).toMatchObject({ [key]: expected });
  });

  it('names unknown keys in a warning', () => {
    expect(parse({ tennant: 'x', __proto: 'y' })).toMatchObject({
      ok: true,
      warnings: ['The secret has unknown keys, which are ignored: tennant, __proto'],
    });
  });
});

describe('a secret that cannot be used', () => {
  it.each(['', '  ', '{}', 'null', '""'])('is empty when it holds %j', (text) => {
    expect(refusalOf(text)).toMatchObject({ cause: 'SecretEmpty', keys: [] });
  });

  it.each(['example-secret-name', '[1]', '42', '{"tenant":'])('is malformed when it holds %j', (text) => {
    expect(refusalOf(text)).toMatchObject({ cause: 'SecretMalformed', keys: [] });
  });

  it('lists every missing key at once, and what else is wrong', () => {
    expect(refusalOf('{"tenant":"https://example.benchling.com","client_id":"example"}')).toEqual({
      ok: false,
      cause: 'SecretKeyMissing',
      keys: ['client_secret', 'app_definition_id', 'user_bucket'],
      problems: [
        { key: 'client_secret', rule: 'is missing' },
        { key: 'app_definition_id', rule: 'is missing' },
        { key: 'user_bucket', rule: 'is missing' },
        { key: 'tenant', rule: 'must be the tenant name alone, not a URL' },
      ],
      message:
        'The secret cannot be used: client_secret is missing; app_definition_id is missing; user_bucket is missing; tenant must be the tenant name alone, not a URL.',
    });
  });

  it('refuses both spellings of one key', () => {
    expect(refusalOf(JSON.stringify(exampleSecret({ TENANT: 'example-tenant' })))).toMatchObject({
      cause: 'SecretValueInvalid',
      problems: [{ key: 'tenant', rule: 'is given twice, as tenant and as TENANT' }],
    });
  });

  it.each([
    ['tenant', 'Example'],
    ['tenant', ''],
    ['tenant', 7],
    ['client_id', ''],
    ['client_secret', ' '],
    ['client_secret', null],
    ['app_definition_id', 'example'],
    ['app_definition_id', 'appdef_../../x'],
    ['user_bucket', 'Example'],
    ['user_bucket', '192.0.2.1'],
    ['user_bucket', 'example..bucket'],
    ['user_bucket', 'ex'],
    ['user_bucket', 's3://example'],
    ['pkg_prefix', 'a/b'],
    ['pkg_key', 'x"; drop'],
    ['log_level', 'info'],
    ['enable_webhook_verification', false],
    ['enable_webhook_verification', 'false'],
    ['enable_webhook_verification', '0'],
    ['enable_webhook_verification', 1],
    ['webhook_allow_list', 'localhost'],
    ['webhook_allow_list', '192.0.2.0/33'],
    ['webhook_allow_list', '192.0.2.0/24/8'],
    ['webhook_allow_list', '192.0.2.256'],
    ['ecr_repository_name', 'Upper/Case'],
  ])('names %s when it is %j', (key, value) => {
    expect(refusalOf(JSON.stringify(exampleSecret({ [key]: value })))).toMatchObject({
      cause: 'SecretValueInvalid',
      keys: [key],
      problems: [{ key }],
    });
  });

  it('never shows a value, whatever the values are', () => {
    // A marker inside each value: a message that quotes any of them, in whole or in part, holds it.
    const value = fc.tuple(fc.string(), fc.string()).map(([before, after]) => `${before}example7secret${after}`);
    const entry = fc.constantFrom(
      ...Object.keys(exampleSecret()),
      'log_level',
      'pkg_key',
      'webhook_allow_list',
      'enable_webhook_verification',
    );
    fc.assert(
      fc.property(fc.dictionary(entry, fc.oneof(value, fc.array(value), fc.record({ nested: value }))), fc.boolean(), (secret, cut) => {
        const text = JSON.stringify(secret);
        const verdict = parseSecret(cut ? text.slice(0, -1) : text);
        expect(verdict.ok ? verdict.warnings.join() : JSON.stringify(verdict)).not.toContain('example7secret');
      }),
    );
  });
});

describe('the contract of a secret', () => {
  const contract = secretContract() as { required: string[]; properties: Record<string, { pattern?: string; default?: unknown }> };

  it('requires exactly the keys that have no default', () => {
    expect(contract.required).toEqual(['tenant', 'client_id', 'client_secret', 'app_definition_id', 'user_bucket']);
    expect(Object.keys(contract.properties)).toHaveLength(11);
  });

  it('carries the patterns that the service itself applies', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'B', '7', '-', '.', '_', '/', ' ') }), (user_bucket) => {
        const byContract = new RegExp(contract.properties['user_bucket']?.pattern ?? '', 'u').test(user_bucket);
        expect(byContract).toBe(parse({ user_bucket }).ok);
      }),
    );
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(contract))).toEqual(contract);
    expect(contract.properties['webhook_allow_list']?.default).toBe('');
  });

  it('knows which keys a redactor must remove', () => {
    for (const key of SECRET_CLASS_KEYS) expect(Object.keys(contract.properties)).toContain(key);
    expect(SECRET_CLASS_KEYS).not.toContain('log_level');
  });
});
