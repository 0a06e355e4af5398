import { readEnvironment } from '../../container/src/environment.ts';
import { exampleStackArn } from './builders.ts';

const complete = { QuiltStackARN: exampleStackArn, BenchlingSecret: 'example/secret' };

describe('the environment', () => {
  it('needs two variables and nothing else', () => {
    expect(readEnvironment(complete)).toMatchObject({
      ok: true,
      environment: { quiltStack: { region: 'eu-west-1' }, secretId: 'example/secret', port: 5000, version: 'unreleased' },
    });
  });

  it('reports everything that is wrong at once', () => {
    expect(readEnvironment({ PORT: 'http' })).toEqual({
      ok: false,
      cause: 'EnvironmentInvalid',
      keys: ['QuiltStackARN', 'BenchlingSecret', 'PORT'],
      message: 'The environment cannot be used: QuiltStackARN is missing; BenchlingSecret is missing; PORT must be a port number.',
    });
  });

  it('takes no parameter of the secret from a variable', () => {
    expect(readEnvironment({ BENCHLING_TENANT: 'example', TENANT: 'example', AWS_REGION: 'eu-west-1' })).toMatchObject({ ok: false });
  });
});
