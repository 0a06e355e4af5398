import { readFileSync } from 'node:fs';
import { configFile, readConfig } from '../../pipeline/config.ts';

describe('the table of stages', () => {
  const written = () => JSON.parse(readFileSync(configFile, 'utf8'));

  it('names the stacks of a stage after the stage', () => {
    const { stages } = written();
    const [first] = readConfig(JSON.stringify({ ...written(), stages: [{ ...stages[0], name: 'pre-prod' }] })).stages;
    expect(first).toMatchObject({ foundationStack: 'PreProdFoundation', serviceStack: 'PreProdService' });
  });

  it('reports every problem at once, each with its place', () => {
    const { stages } = written();
    const read = () => readConfig(JSON.stringify({ ...written(), baseImage: '', stages: [{ ...stages[0], minTasks: 0, colour: 'red' }] }));
    expect(read).toThrow(/baseImage[\s\S]*minTasks|minTasks[\s\S]*baseImage/);
    expect(read).toThrow(/colour/);
  });

  it('says where a file that is not JSON breaks off, and what to do', () => {
    expect(() => readConfig('{"repository":')).toThrow(/pipeline\/config\.json is not JSON: .*release init/);
  });

  describe('where tags come from', () => {
    const github = {
      host: 'github',
      repository: 'example/webhook',
      connectionArn: 'arn:aws:codeconnections:us-east-1:111122223333:connection/11111111-1111-1111-1111-111111111111',
    };
    const reading = (changes: object) => {
      const { repository: _, ...rest } = written();
      return readConfig(JSON.stringify({ ...rest, ...changes }));
    };

    it('is a repository of CodeCommit where only its name is written, as in every older table', () => {
      expect(reading({ repository: 'example-webhook' })).toMatchObject({
        repository: 'example-webhook',
        source: { host: 'codecommit', repository: 'example-webhook' },
      });
    });

    it('may be a repository of GitHub', () => {
      expect(reading({ source: github })).toMatchObject({
        repository: 'example/webhook',
        source: { ...github, createIdentityProvider: true },
      });
      const { source } = reading({ source: { ...github, subject: 'repo:example@1/webhook@2', tokenSecretName: 'example/github' } });
      expect(source).toMatchObject({ subject: 'repo:example@1/webhook@2', tokenSecretName: 'example/github' });
    });

    it('is one place, and never none', () => {
      expect(() => reading({})).toThrow('needs a repository or a source, and not both');
      expect(() => reading({ repository: 'example-webhook', source: github })).toThrow('needs a repository or a source, and not both');
    });

    it.each([
      ['a subject that many repositories fit', { subject: 'repo:example/*' }],
      ['a subject that says which ref, too', { subject: 'repo:example/webhook:ref:refs/heads/main' }],
      ['a repository without its owner', { repository: 'webhook' }],
      ['a repository that leads elsewhere', { repository: 'example/..' }],
      ['no connection', { connectionArn: undefined }],
      ['a token itself', { token: 'example' }],
    ])('is not taken with %s', (_, changes) => {
      expect(() => reading({ source: { ...github, ...changes } })).toThrow('pipeline/config.json');
    });
  });

  it('refuses two stages of one name', () => {
    const { stages } = written();
    expect(() => readConfig(JSON.stringify({ ...written(), stages: [stages[0], stages[0]] }))).toThrow('two stages have the same name');
  });
});
