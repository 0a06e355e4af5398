import { readFileSync } from 'node:fs';
import { requireAddresses } from '../../pipeline/address.ts';
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

describe('the address of a stage', () => {
  const written = () => JSON.parse(readFileSync(configFile, 'utf8'));
  const withAddresses = (...addresses: unknown[]) =>
    readConfig(
      JSON.stringify({ ...written(), stages: written().stages.map((stage: object, at: number) => ({ ...stage, address: addresses[at] })) }),
    );
  const domain = 'webhook.example.com';
  const hostedZone = { id: 'Z0123456789EXAMPLE', name: 'example.com' };
  const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/33333333-3333-3333-3333-333333333333';

  it('is a domain in a hosted zone, or one with a certificate that people bring', () => {
    expect(withAddresses({ domain, hostedZone }, { domain, certificateArn }).stages.map(({ address }) => address)).toEqual([
      { domain, hostedZone },
      { domain, certificateArn },
    ]);
  });

  it.each([
    ['both', { domain, hostedZone, certificateArn }, /hostedZone or a certificateArn, and not both/],
    ['neither', { domain }, /hostedZone or a certificateArn, and not both/],
    ['a domain elsewhere', { domain: 'webhook.example.org', hostedZone }, /does not lie in the hostedZone/],
    ['a domain that only ends alike', { domain: 'notexample.com', hostedZone }, /does not lie in the hostedZone/],
    ['a URL', { domain: 'https://webhook.example.com', hostedZone }, /expected a host name/],
    ['a name that no certificate is made for', { domain: `${'a'.repeat(60)}.example.com`, hostedZone }, /at most 64 characters/],
    ['a certificate of IAM', { domain, certificateArn: 'arn:aws:iam::111122223333:server-certificate/example' }, /arn:aws:acm:REGION/],
  ])('is refused with %s', (_, address, words) => {
    expect(() => withAddresses(address, { domain, hostedZone })).toThrow(words);
  });

  it('is wanted of every stage before a stack is made: one error names those without', () => {
    const { stages } = withAddresses();
    expect(() => requireAddresses(stages)).toThrow(
      /no address for staging, prod: a stage is called by HTTPS only\. Next: give each "address": \{"domain"/,
    );
    expect(requireAddresses(withAddresses({ domain, hostedZone }, { domain, certificateArn }).stages)).toHaveLength(2);
  });
});

describe('the firewall of a stage', () => {
  const written = () => JSON.parse(readFileSync(configFile, 'utf8'));
  const firewall = (waf: unknown) => readConfig(JSON.stringify({ ...written(), stages: [{ ...written().stages[0], waf }] })).stages[0]?.waf;

  it('is none unless somebody asks for one, with its limit', () => {
    expect(firewall(undefined)).toBe(false);
    expect(firewall({ requestsPerFiveMinutes: 2000 })).toEqual({ requestsPerFiveMinutes: 2000 });
    expect(() => firewall(true)).toThrow(/waf/);
    expect(() => firewall({ requestsPerFiveMinutes: 9 })).toThrow(/10/);
  });
});
