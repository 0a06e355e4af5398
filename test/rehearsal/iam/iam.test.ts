import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Iam } from '../../../rehearsal/aws/iam/iam.ts';
import type { Permission, Principal } from '../../../rehearsal/aws/kernel.ts';
import { type ExampleWorld, exampleWorld } from '../example-world.ts';
import { at, startStandIn } from '../stand-in.ts';

const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const allow = (Action: string, Resource = '*', rest: object = {}) => ({ Effect: 'Allow', Action, Resource, ...rest });
const deny = (Action: string, Resource = '*', rest: object = {}) => ({ ...allow(Action, Resource, rest), Effect: 'Deny' });
const trust = (Service: string, Condition?: object) =>
  policy({ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole', ...(Condition && { Condition }) });

const put: Permission = { action: 's3:PutObject', resource: 'arn:aws:s3:::example/key' };

let world: ExampleWorld;
let iam: Iam;
beforeEach(() => {
  world = exampleWorld();
  iam = new Iam(world);
});
afterEach(() => world.remove());

const make = async (type: string, logicalId: string, properties: object) => {
  const { physicalId, attributes } = await iam.provisioners[`AWS::IAM::${type}`]!.create(properties, at(logicalId));
  return { physicalId, arn: String(attributes?.['Arn'] ?? physicalId) };
};

/** A role for Lambda with these statements, as a principal. */
const caller = async (statements: object[], properties: object = {}): Promise<Principal> => {
  const role = await make('Role', 'Role', {
    AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
    ...(statements.length > 0 && { Policies: [{ PolicyName: 'Inline', PolicyDocument: policy(...statements) }] }),
    ...properties,
  });
  return iam.assume(role.arn, 'lambda.amazonaws.com', 'ExampleFunction');
};

describe('authorize', () => {
  it('lets the operator do everything', () => expect(iam.authorize(iam.operator, put)).resolves.toBeUndefined());

  it('allows what a policy allows, on what it allows', async () => {
    const who = await caller([allow('s3:Put*', 'arn:aws:s3:::example/*')]);
    await expect(iam.authorize(who, put)).resolves.toBeUndefined();
    await expect(iam.authorize(who, { ...put, resource: 'arn:aws:s3:::other/key' })).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it("denies in AWS's words", async () => {
    const who = await caller([]);
    const name = who.arn.split('/').at(-1);
    await expect(iam.authorize(who, put)).rejects.toThrow(
      `User: arn:aws:sts::111122223333:assumed-role/${name}/ExampleFunction is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::example/key ` +
        'because no identity-based policy allows the s3:PutObject action',
    );
  });

  it('lets an explicit deny win', async () => {
    const who = await caller([allow('s3:*'), deny('s3:PutObject')]);
    await expect(iam.authorize(who, put)).rejects.toThrow(/with an explicit deny in an identity-based policy$/);
  });

  it('holds conditions against the context of the call', async () => {
    const Condition = { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } };
    const who = await caller([allow('iam:PassRole', '*', { Condition })]);
    const pass = (service: string) =>
      iam.authorize(who, { action: 'iam:PassRole', resource: who.arn, context: { 'iam:PassedToService': service } });
    await expect(pass('ecs-tasks.amazonaws.com')).resolves.toBeUndefined();
    await expect(pass('ec2.amazonaws.com')).rejects.toThrow('iam:PassRole');
  });

  it('holds a permissions boundary over the policies', async () => {
    const boundary = await make('ManagedPolicy', 'Boundary', { PolicyDocument: policy(allow('sqs:*')) });
    const who = await caller([allow('s3:*')], { PermissionsBoundary: boundary.arn });
    await expect(iam.authorize(who, put)).rejects.toThrow('because no permissions boundary allows the s3:PutObject action');
  });

  it('adds up policies of the role, policies that name the role, and managed policies', async () => {
    const managed = await make('ManagedPolicy', 'Managed', { PolicyDocument: policy(allow('sns:Publish')) });
    const who = await caller([allow('s3:PutObject')], { ManagedPolicyArns: [managed.arn] });
    const attached = await make('Policy', 'Attached', {
      PolicyDocument: policy(allow('sqs:SendMessage')),
      Roles: [who.arn.split('/').at(-1)],
    });
    const send = { action: 'sqs:SendMessage', resource: 'arn:aws:sqs:us-east-1:111122223333:example' };
    await iam.authorize(who, put);
    await iam.authorize(who, { action: 'sns:Publish', resource: 'arn:aws:sns:us-east-1:111122223333:example' });
    await iam.authorize(who, send);
    await iam.provisioners['AWS::IAM::Policy']!.remove!(attached.physicalId, {}, at('Attached'));
    await expect(iam.authorize(who, send)).rejects.toThrow('sqs:SendMessage');
  });

  it('takes a plain-HTTP guard of a bucket for fulfilled, and any other deny of its policy for a deny', async () => {
    const who = await caller([allow('s3:*')]);
    const guard = deny('s3:*', 'arn:aws:s3:::example/*', { Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    iam.setResourcePolicy('arn:aws:s3:::example', policy(guard) as never);
    await expect(iam.authorize(who, put)).resolves.toBeUndefined();
    iam.setResourcePolicy('arn:aws:s3:::example', policy(deny('s3:*', 'arn:aws:s3:::example/*', { Principal: '*' })) as never);
    await expect(iam.authorize(who, put)).rejects.toThrow(/with an explicit deny in a resource-based policy$/);
  });

  it('refuses a question that IAM would not understand', async () => {
    const who = await caller([allow('*')]);
    await expect(iam.authorize(who, { action: 's3:PutObjekt', resource: '*' })).rejects.toThrow(/IAM cannot tell.*invalid.action/);
    await expect(iam.authorize(who, { ...put, resource: 'arn:aws:sns:us-east-1:111122223333:x' })).rejects.toThrow(/no.resource.types/);
  });

  it('remembers what was asked, and lists what was granted', async () => {
    const who = await caller([allow('s3:Put*', 'arn:aws:s3:::example/*'), deny('s3:DeleteObject')]);
    await iam.authorize(who, put);
    await iam.authorize(who, put);
    expect(iam.asked()).toEqual([{ role: who.arn, ...put, allowed: true }]);
    expect(iam.grants()).toEqual([{ role: who.arn, action: 's3:Put*', resource: 'arn:aws:s3:::example/*' }]);
  });
});

describe('trust', () => {
  it('gives a role only to the service that its trust policy names', async () => {
    const { arn } = await caller([]);
    await expect(iam.credentials(arn, 'ecs-tasks.amazonaws.com')).rejects.toThrow(
      `ecs-tasks.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    );
    const { AWS_ACCESS_KEY_ID } = await iam.credentials(arn, 'lambda.amazonaws.com');
    expect(iam.principal(AWS_ACCESS_KEY_ID)).toMatchObject({ arn, via: 'lambda.amazonaws.com' });
  });

  it('evaluates the account guard, and fails closed on what it cannot know', async () => {
    const guarded = async (Condition: object) =>
      (await make('Role', 'Guarded', { AssumeRolePolicyDocument: trust('codebuild.amazonaws.com', Condition) })).arn;
    const ours = await guarded({ StringEquals: { 'aws:SourceAccount': '111122223333' } });
    await expect(iam.credentials(ours, 'codebuild.amazonaws.com')).resolves.toBeDefined();
    for (const other of [
      { StringEquals: { 'aws:SourceAccount': '999999999999' } },
      { ArnLike: { 'aws:SourceArn': 'arn:aws:codebuild:*' } },
    ]) {
      await expect(iam.credentials(await guarded(other), 'codebuild.amazonaws.com')).rejects.toThrow('sts:AssumeRole');
    }
  });
});

describe('provisioners', () => {
  it('refuse an AWS managed policy whose content is not known', () =>
    expect(caller([], { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] })).rejects.toThrow(
      'The AWS managed policy arn:aws:iam::aws:policy/AdministratorAccess is not supported',
    ));

  it('refuse a second role of one name, and a policy on no role', async () => {
    const named = { RoleName: 'example', AssumeRolePolicyDocument: trust('lambda.amazonaws.com') };
    await make('Role', 'One', named);
    await expect(make('Role', 'Two', named)).rejects.toThrow('Role with name example already exists.');
    await expect(make('Policy', 'P', { PolicyDocument: policy(), Roles: ['nobody'] })).rejects.toThrow(
      'The role with name nobody cannot be found.',
    );
  });

  it('change what a role may do', async () => {
    const who = await caller([allow('s3:PutObject')]);
    const provisioner = iam.provisioners['AWS::IAM::Role']!;
    await provisioner.update!(who.arn.split('/').at(-1)!, { AssumeRolePolicyDocument: trust('lambda.amazonaws.com') }, {}, at('Role'));
    await expect(iam.authorize(who, put)).rejects.toThrow('s3:PutObject');
  });
});

describe('STS', () => {
  it('says who calls, and lends a role to whom both sides trust', async () => {
    const standIn = await startStandIn(() => ({}));
    const trusted = policy({ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:user/operator' }, Action: 'sts:AssumeRole' });
    const role = (RoleName: string, AssumeRolePolicyDocument: object) =>
      standIn.iam.provisioners['AWS::IAM::Role']!.create({ RoleName, AssumeRolePolicyDocument }, at(RoleName));
    await role('Lent', trusted);
    await role('Kept', trust('lambda.amazonaws.com'));
    const operator = new STSClient(standIn.client());
    expect(await operator.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '111122223333', Arn: standIn.iam.operator.arn });

    const assume = (name: string) =>
      new AssumeRoleCommand({ RoleArn: `arn:aws:iam::111122223333:role/${name}`, RoleSessionName: 'example' });
    const { Credentials } = await operator.send(assume('Lent'));
    const lent = new STSClient({
      ...standIn.client(),
      credentials: { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey! },
    });
    expect((await lent.send(new GetCallerIdentityCommand({}))).Arn).toBe('arn:aws:sts::111122223333:assumed-role/Lent/example');
    for (const name of ['Kept', 'Missing']) await expect(operator.send(assume(name))).rejects.toMatchObject({ name: 'AccessDenied' });
    await standIn.stop();
  });
});
