import fc from 'fast-check';
import { secretContract } from '../../../container/src/config/index.ts';
import { Configuration } from '../../../container/src/configuration.ts';
import { ConfigurationError } from '../../../container/src/configuration-error.ts';
import { checkStage } from '../../../steps/checks/secret.ts';
import { checkAgainstContract } from '../../../steps/checks/secret-contract.ts';
import { ReleaseError } from '../../../steps/contract/errors.ts';
import { exampleOutputs, exampleStackArn } from '../builders.ts';
import { silent } from '../work/fakes.ts';

type Values = readonly [good: readonly unknown[], bad: readonly unknown[]];

/** Of each key, values that pass and values that have come close to it. */
const values: Record<string, Values> = {
  tenant: [
    ['example', 'example-1', ' example ', 'example.benchling.com', 'example.'],
    ['', 'https://example.benchling.com', 'Example', 'example.com', 'ex_ample'],
  ],
  client_id: [
    ['example', 'a'],
    ['', ' ', 'two words'],
  ],
  client_secret: [
    ['example', '!'],
    ['', 'example\n'],
  ],
  app_definition_id: [
    ['appdef_1', 'appdef_a-B'],
    ['', 'appdef_', 'app_1', 'appdef_a b', 'appdef_é'],
  ],
  user_bucket: [
    ['example-bucket', 'a.b', '1ab'],
    ['', 'ab', 'Example', 'a..b', '192.0.2.1', 'xn--a', 'example-s3alias', 'a_b'],
  ],
  pkg_prefix: [
    ['benchling', 'A_1-'],
    ['', 'a/b', 'a b'],
  ],
  pkg_key: [
    ['experiment_id', '_'],
    ['', '1a', "a'--", 'a-b'],
  ],
  log_level: [
    ['DEBUG', 'CRITICAL'],
    ['', 'debug', 'TRACE'],
  ],
  enable_webhook_verification: [
    [true, 'true', '1'],
    [false, 'false', '0', 'TRUE', 1, ''],
  ],
  webhook_allow_list: [
    ['', ' ', '192.0.2.1', '192.0.2.0/24, 2001:db8::/32'],
    ['192.0.2', '192.0.2.0/33', '2001:db8::/129', 'all', '::1/'],
  ],
  ecr_repository_name: [
    ['quiltdata/benchling', 'a1'],
    ['', 'a', 'A/b', 'a//b', '-a'],
  ],
};
const junk = fc.constantFrom<unknown>(null, 7, [], {}, true, 'x'.repeat(300));

const field = ([key, [good, bad]]: [string, Values]) => {
  const value = fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom(...good) },
    { weight: 2, arbitrary: fc.constantFrom(...bad) },
    { weight: 1, arbitrary: junk },
    { weight: 1, arbitrary: fc.string() },
  );
  const spelling = (weight: number, ...keys: string[]) => ({
    weight,
    arbitrary: fc.tuple(...keys.map(() => value)).map((drawn) => keys.map((name, index) => [name, drawn[index]])),
  });
  const mixed = key.slice(0, 1).toUpperCase() + key.slice(1);
  return fc.oneof(
    spelling(40, key),
    spelling(10, key.toUpperCase()),
    spelling(1, key, key.toUpperCase()),
    spelling(1, key, mixed),
    spelling(1, mixed),
    spelling(2),
  );
};
const secret = fc
  .tuple(fc.tuple(...Object.entries(values).map(field)), fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 1 }))
  .map(([fields, others]) => JSON.stringify({ ...others, ...Object.fromEntries(fields.flat()) }));

/** What the service does with it when it starts. */
async function starts(text: string): Promise<boolean> {
  const source = { readSecret: async () => ({ name: 'example', versionId: '1', text }), readOutputs: async () => exampleOutputs };
  return verdict(new Configuration(source, silent).resolve(), ConfigurationError);
}

/** What the pipeline finds before a release: the check of ValidateSecret, and that against the contract of the tag's own build. */
async function passes(text: string, contract: string): Promise<boolean> {
  const stage = { name: 'staging', secretName: 'example', quiltStackArn: exampleStackArn } as Parameters<typeof checkStage>[0];
  const ports = {
    secrets: { read: async () => ({ arn: 'example', name: 'example', versionId: '1', text }) },
    stacks: { describe: async () => ({ outputs: exampleOutputs }) },
  } as unknown as Parameters<typeof checkStage>[1];
  if (!(await checkStage(stage, ports)).ok) return false;
  return verdict(
    Promise.resolve().then(() => checkAgainstContract({ name: 'example', text }, contract)),
    ReleaseError,
  );
}

/** True when it resolves, false when it rejects with that error; anything else is a defect. */
function verdict(work: Promise<unknown>, refusal: new (...args: never[]) => Error): Promise<boolean> {
  return work.then(
    () => true,
    (error: unknown) => {
      if (error instanceof refusal) return false;
      throw error;
    },
  );
}

it('starts with a secret exactly when the pipeline lets it pass, for ten thousand of them', async () => {
  const contract = JSON.stringify(secretContract());
  const counts = { started: 0, refused: 0 };
  const property = fc.asyncProperty(secret, async (text) => {
    const started = await starts(text);
    counts[started ? 'started' : 'refused'] += 1;
    expect(await passes(text, contract)).toBe(started);
  });
  await fc.assert(property, { numRuns: 10_000, seed: 20_260_101 });
  // Neither verdict is rare, or the comparison would mean little.
  expect(Math.min(counts.started, counts.refused)).toBeGreaterThan(1000);
}, 120_000);

it('exports a contract that refuses what the service refuses, but for rules that a schema cannot say', async () => {
  const contract = JSON.stringify(secretContract());
  const beyond = new Set<string>();
  const property = fc.asyncProperty(secret, async (text) => {
    const byContract = await verdict(
      Promise.resolve().then(() => checkAgainstContract({ name: 'example', text }, contract)),
      ReleaseError,
    );
    if (!byContract || (await starts(text))) return;
    const source = { readSecret: async () => ({ name: 'example', versionId: '1', text }), readOutputs: async () => exampleOutputs };
    const refused = (await new Configuration(source, silent).resolve().catch((error: unknown) => error)) as ConfigurationError;
    for (const [, why] of refused.message.matchAll(/(is given twice|list of IP addresses)/g)) beyond.add(why!);
    expect(refused.message).toMatch(/is given twice|list of IP addresses/);
  });
  await fc.assert(property, { numRuns: 2_000, seed: 20_260_102 });
  expect([...beyond]).toContain('is given twice');
}, 120_000);
