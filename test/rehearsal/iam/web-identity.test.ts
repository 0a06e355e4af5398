import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { at, type StandIn, startStandIn } from '../stand-in.ts';

const issuer = 'token.actions.githubusercontent.com';
const provider = `arn:aws:iam::111122223333:oidc-provider/${issuer}`;
const subject = 'repo:example@1/webhook@2:ref:refs/tags/v1.4.0';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

/** A token as GitHub gives it to a workflow run; `undefined` takes a claim out. */
const token = (claims: object = {}, key: KeyObject = privateKey, header: object = {}) => {
  const body = { iss: `https://${issuer}`, aud: 'sts.amazonaws.com', sub: subject, exp: now() + 300, ref: 'refs/tags/v1.4.0', ...claims };
  const signed = `${encoded({ alg: 'RS256', kid: 'one', ...header })}.${encoded(body)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
};

const trust = (Condition: object, Federated = provider) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Federated }, Action: 'sts:AssumeRoleWithWebIdentity', Condition }],
});
const tagsOnly = {
  StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' },
  StringLike: { [`${issuer}:sub`]: 'repo:example@1/webhook@2:ref:refs/tags/v*' },
};

let standIn: StandIn<Record<never, never>>;
let client: STSClient;
beforeEach(async () => {
  standIn = await startStandIn(() => ({}));
  Object.assign(standIn.world, {
    identityKeys: async () => [{ ...publicKey.export({ format: 'jwk' }), kid: 'one' }],
  });
  // Whoever comes with a token has no credentials.
  const { endpoint, region } = standIn.client();
  client = new STSClient({ endpoint, region });
  await make('OIDCProvider', { Url: `https://${issuer}`, ClientIdList: ['sts.amazonaws.com'] });
  await make('Role', { RoleName: 'Trigger', AssumeRolePolicyDocument: trust(tagsOnly) });
});
afterEach(() => standIn.stop());

const make = (type: string, properties: object) => standIn.iam.provisioners[`AWS::IAM::${type}`]!.create(properties, at(type));
const assume = (WebIdentityToken: string, role = 'Trigger') =>
  client.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: `arn:aws:iam::111122223333:role/${role}`,
      RoleSessionName: 'example',
      WebIdentityToken,
    }),
  );

it('lends the role to a token whose subject its trust policy names', async () => {
  const { Credentials, ...answer } = await assume(token());
  expect(answer).toMatchObject({ SubjectFromWebIdentityToken: subject, Audience: 'sts.amazonaws.com', Provider: provider });
  const lent = new STSClient({
    ...standIn.client(),
    credentials: { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey! },
  });
  expect((await lent.send(new GetCallerIdentityCommand({}))).Arn).toBe('arn:aws:sts::111122223333:assumed-role/Trigger/example');
});

it.each([
  ['a branch', 'repo:example@1/webhook@2:ref:refs/heads/main'],
  ['a branch that is named like a tag', 'repo:example@1/webhook@2:ref:refs/heads/refs/tags/v1'],
  ['another tag than v*', 'repo:example@1/webhook@2:ref:refs/tags/nightly'],
  ['another repository', 'repo:example@1/other@3:ref:refs/tags/v1.4.0'],
  ['the same names under other ids', 'repo:example@8/webhook@9:ref:refs/tags/v1.4.0'],
  ['a pull request', 'repo:example@1/webhook@2:pull_request'],
  ['an environment', 'repo:example@1/webhook@2:environment:prod'],
])('denies a token of %s', async (_, sub) => {
  await expect(assume(token({ sub }))).rejects.toMatchObject({
    name: 'AccessDenied',
    message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
  });
  expect(standIn.iam.denied()).toMatchObject([{ who: sub, action: 'sts:AssumeRoleWithWebIdentity' }]);
});

it('believes only what the issuer signed, for this audience, until it expires', async () => {
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const refused: [string, string][] = [
    [token({}, stranger), 'InvalidIdentityToken'],
    [token({}, privateKey, { alg: 'none' }), 'InvalidIdentityToken'],
    [`${token().split('.').slice(0, 2).join('.')}.`, 'InvalidIdentityToken'],
    ['no token', 'InvalidIdentityToken'],
    [token({ aud: 'https://github.com/example' }), 'InvalidIdentityToken'],
    [token({ iss: 'https://issuer.example.com' }), 'InvalidIdentityToken'],
    [token({ exp: now() - 1 }), 'ExpiredToken'],
    [token({ exp: undefined }), 'ExpiredToken'],
  ];
  for (const [wrong, name] of refused)
    await expect(assume(wrong)).rejects.toMatchObject({ name: expect.stringMatching(new RegExp(`^${name}(Exception)?$`)) });
});

it('denies a role that trusts nobody, another provider, or a service; and one that is not there', async () => {
  await make('Role', { RoleName: 'Elsewhere', AssumeRolePolicyDocument: trust(tagsOnly, provider.replace(issuer, 'issuer.example.com')) });
  await make('Role', {
    RoleName: 'Function',
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
  });
  for (const role of ['Elsewhere', 'Function', 'Missing'])
    await expect(assume(token(), role)).rejects.toMatchObject({ name: 'AccessDenied' });
});

it('evaluates further claims of GitHub, and fails closed on a claim that the token does not make', async () => {
  const also = (claim: string, value: string) =>
    trust({ ...tagsOnly, StringEquals: { ...tagsOnly.StringEquals, [`${issuer}:${claim}`]: value } });
  await make('Role', { RoleName: 'ByRef', AssumeRolePolicyDocument: also('ref', 'refs/tags/v1.4.0') });
  await make('Role', { RoleName: 'ByActor', AssumeRolePolicyDocument: also('actor', 'example') });
  await expect(assume(token(), 'ByRef')).resolves.toBeDefined();
  await expect(assume(token(), 'ByActor')).rejects.toMatchObject({ name: 'AccessDenied' });
});

it('answers nothing else without a signature', async () => {
  const { endpoint } = standIn.client();
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  const answer = await fetch(endpoint, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain('MissingAuthenticationToken');
});

it('holds one provider a URL', () =>
  expect(() => make('OIDCProvider', { Url: `https://${issuer}`, ClientIdList: [] })).toThrow('already exists'));
