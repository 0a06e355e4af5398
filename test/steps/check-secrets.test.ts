import { checkSecrets } from '../../steps/check-secrets.ts';
import type { SecretReader, Stacks } from '../../steps/contract/ports.ts';
import { exampleOutputs, exampleSecret } from '../container/builders.ts';
import { FakeMeasures, fakeSecrets } from './fakes.ts';
import { stackView, stage } from './incidents.ts';
import { awsError, port } from './ports.ts';

const staging = { ...stage, secretName: 'example/staging' };
const prod = { ...stage, name: 'prod', secretName: 'example/prod' };
const fits = JSON.stringify(exampleSecret());
const lacking = JSON.stringify(exampleSecret({ app_definition_id: undefined }));

async function check(texts: Readonly<Record<string, string>>, read?: SecretReader['read']) {
  const measures = new FakeMeasures();
  const secrets: SecretReader = {
    read: (name) => (texts[name] === undefined && read ? read(name) : fakeSecrets(texts[name] ?? null).read(name)),
  };
  const stacks = port<Stacks>({ describe: async () => stackView('UPDATE_COMPLETE', { outputs: exampleOutputs }) });
  const answer = checkSecrets({ stages: [staging, prod] }, { secrets, stacks, tokens: { probe: async () => {} }, measures });
  return { answer, measured: measures.sent };
}

describe('CheckSecrets', () => {
  it('measures nothing wrong where a release would find nothing wrong', async () => {
    const { answer, measured } = await check({ 'example/staging': fits, 'example/prod': fits });
    expect(await answer).toEqual({ problems: [] });
    expect(measured).toEqual([
      { metric: 'SecretProblems', value: 0, Stage: 'staging' },
      { metric: 'SecretProblems', value: 0, Stage: 'prod' },
    ]);
  });

  it('finds a key that was removed between two releases, by name, at its stage alone', async () => {
    const { answer, measured } = await check({ 'example/staging': fits, 'example/prod': lacking });
    const { problems } = await answer;
    expect(problems).toMatchObject([{ stage: 'prod', cause: 'SecretKeyMissing', sentence: expect.stringContaining('app_definition_id') }]);
    expect(JSON.stringify(problems)).not.toContain('example-client-secret');
    expect(measured.map(({ value }) => value)).toEqual([0, 1]);
  });

  it('has no value for a stage that it could not look at, and measures the others all the same', async () => {
    const down = () => Promise.reject(awsError('ServiceUnavailable', 'example'));
    const { answer, measured } = await check({ 'example/prod': lacking }, down);
    await expect(answer).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    expect(measured).toEqual([{ metric: 'SecretProblems', value: 1, Stage: 'prod' }]);
  });
});
