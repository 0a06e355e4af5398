import { ReleaseError } from '../../steps/contract/errors.ts';
import type { SecretReader, Stacks } from '../../steps/contract/ports.ts';
import { validateSecret } from '../../steps/validate-secret.ts';
import { exampleOutputs, exampleSecret } from '../container/builders.ts';
import { fakeSecrets } from './fakes.ts';
import { config, release, stackView, stage } from './incidents.ts';
import { port } from './ports.ts';

const staging = { ...stage, secretName: 'example/staging' };
const prod = { ...stage, name: 'prod', secretName: 'example/prod' };
const quilt = (outputs: Record<string, string> | null = exampleOutputs) =>
  port<Stacks>({ describe: async () => (outputs ? stackView('UPDATE_COMPLETE', { outputs }) : null) });
const accepting = { probe: async () => {} };
const validate = (ports: Partial<Parameters<typeof validateSecret>[1]> = {}, stages = [staging]) =>
  validateSecret({ release, stages }, { secrets: fakeSecrets(), stacks: quilt(), tokens: accepting, ...ports });
const secretsOf = (texts: Readonly<Record<string, string>>): SecretReader => ({
  read: (name) => fakeSecrets(texts[name] ?? null).read(name),
});
const secret = (changes: Record<string, unknown> = {}) => JSON.stringify(exampleSecret(changes));

describe('ValidateSecret', () => {
  it('returns what is no secret about every stage', async () => {
    const { configs } = await validate({}, [staging, prod]);
    const facts = {
      ...config,
      tenant: 'example-tenant',
      queue: exampleOutputs['PackagerQueueUrl'],
      secretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:example/staging-AbCdEf',
    };
    expect(configs).toEqual([facts, { ...facts, stage: 'prod', secretArn: facts.secretArn.replace('staging', 'prod') }]);
    expect(JSON.stringify(configs)).not.toMatch(/example-client|appdef_/);
  });

  it('names every missing key and no value', async () => {
    const error = await validate({ secrets: fakeSecrets(secret({ app_definition_id: undefined, client_id: undefined })) }).catch((e) => e);
    expect(error).toMatchObject({ name: 'SecretKeyMissing' });
    expect(error.message).toMatch(/staging: .*client_id is missing.*app_definition_id is missing.*Secret: example\/staging/);
    expect(error.message).not.toContain('example-client-secret');
  });

  it('takes a secret that was never filled for one that is empty', async () => {
    await expect(validate({ secrets: fakeSecrets(null) })).rejects.toMatchObject({
      name: 'SecretEmpty',
      message: expect.stringMatching(/^staging: .*Secret: example\/staging/),
    });
  });

  it('reports the problems of all stages at once, named by the first', async () => {
    const secrets = secretsOf({ 'example/staging': secret({ pkg_key: 'not an identifier' }) });
    const error = await validate({ secrets }, [staging, prod]).catch((e) => e);
    expect(error).toMatchObject({ name: 'SecretValueInvalid' });
    expect(error.message).toMatch(/staging: .*pkg_key must be an identifier.*prod: .*never filled/);
  });

  it('reports the secret and the Quilt stack of one stage at once', async () => {
    const { PackagerQueueUrl: _, ...without } = exampleOutputs;
    const error = await validate({ secrets: fakeSecrets(null), stacks: quilt(without) }).catch((e) => e);
    expect(error).toMatchObject({ name: 'SecretEmpty' });
    expect(error.message).toMatch(/never filled.*PackagerQueueUrl; it has QuiltWebHost, UserAthenaDatabaseName/);
  });

  it.each([
    ['SecretEmpty', null],
    ['SecretEmpty', '{}'],
    ['SecretMalformed', 'example/staging'],
    ['SecretValueInvalid', secret({ enable_webhook_verification: false })],
  ])('throws %s for the secret %s', async (name, text) => {
    await expect(validate({ secrets: fakeSecrets(text) })).rejects.toMatchObject({ name });
  });

  it('takes the ARN of a queue from a stack that exports no URL', async () => {
    const { PackagerQueueUrl: _, ...others } = exampleOutputs;
    const PackagerQueueArn = 'arn:aws:sqs:eu-west-1:111122223333:example-packager';
    const { configs } = await validate({ stacks: quilt({ ...others, PackagerQueueArn }) });
    expect(configs[0]?.queue).toBe(PackagerQueueArn);
  });

  it('throws QuiltOutputMissing for what is no ARN of a stack', async () => {
    await expect(validate({}, [{ ...staging, quiltStackArn: 'arn:aws:s3:::example' }])).rejects.toMatchObject({
      name: 'QuiltOutputMissing',
      message: expect.stringMatching(/^staging: the Quilt stack's ARN arn:aws:s3:::example /),
    });
  });

  it('throws QuiltOutputMissing when there is no Quilt stack', async () => {
    await expect(validate({ stacks: quilt(null) })).rejects.toMatchObject({ name: 'QuiltOutputMissing' });
  });

  it('does not take an error of CloudFormation for a missing stack', async () => {
    const stacks = port<Stacks>({ describe: () => Promise.reject(new Error('Throttling')) });
    await expect(validate({ stacks })).rejects.toThrow('Throttling');
  });

  it('tries the credentials at the tenant, and only those of a secret that is in order', async () => {
    const tried: string[][] = [];
    const tokens = { probe: async (...given: string[]) => void tried.push(given) };
    await validate({ tokens });
    await expect(validate({ tokens, secrets: fakeSecrets(secret({ client_id: '' })) })).rejects.toMatchObject({
      name: 'SecretValueInvalid',
    });
    expect(tried).toEqual([['example-tenant', 'example-client-id', 'example-client-secret']]);
  });

  it('asks Benchling whether the credentials live', async () => {
    const tokens = { probe: () => Promise.reject(new ReleaseError('CredentialsRejected', 'answered 401')) };
    await expect(validate({ tokens })).rejects.toMatchObject({ name: 'CredentialsRejected', message: expect.stringMatching(/^staging: /) });
  });

  it('does not blame the credentials when Benchling cannot be reached', async () => {
    const tokens = { probe: () => Promise.reject(new Error('connect ECONNREFUSED')) };
    await expect(validate({ tokens })).rejects.toMatchObject({ name: 'Error' });
  });
});
