import { App, Aspects, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Boundary } from '../../pipeline/boundary.ts';
import { RolesThatStay } from '../../pipeline/roles-that-stay.ts';
import { ofType, type Template } from '../assembly.ts';

interface Example {
  readonly actions?: string[];
  readonly trusts?: iam.IPrincipal;
  readonly shared?: string[];
  readonly kept?: string;
}

const lambda = new iam.ServicePrincipal('lambda.amazonaws.com');

/** A stack with one role, one policy beside it, and their boundary. */
function synthesize({ actions = ['s3:GetObject'], trusts = lambda, shared = ['sns:Publish'], kept = 'Kept' }: Example = {}): Template {
  const app = new App({ treeMetadata: false, analyticsReporting: false });
  const stack = new Stack(app, 'Example');
  Aspects.of(stack).add(new RolesThatStay(new Boundary(stack, 'Boundary', { stacks: [kept] })));
  const role = new iam.Role(stack, 'Role', { assumedBy: trusts });
  role.addToPolicy(new iam.PolicyStatement({ actions, resources: ['arn:aws:s3:::example/*'] }));
  new iam.Policy(stack, 'Shared', {
    roles: [role],
    statements: [new iam.PolicyStatement({ actions: shared, resources: ['arn:aws:sns:us-east-1:111122223333:example'] })],
  });
  return app.synth().getStackByName('Example').template as Template;
}

const idsOf = (template: Template) => ({
  role: ofType(template, 'AWS::IAM::Role')[0]?.[0],
  policy: ofType(template, 'AWS::IAM::Policy').find(([id]) => id.startsWith('RoleDefaultPolicy'))?.[0],
  shared: ofType(template, 'AWS::IAM::Policy').find(([id]) => id.startsWith('Shared'))?.[0],
  boundary: ofType(template, 'AWS::IAM::ManagedPolicy')[0]?.[0],
});

describe('a role that stays', () => {
  const before = idsOf(synthesize());

  it('is the same as long as nothing about it changes', () => {
    expect(idsOf(synthesize())).toEqual(before);
  });

  it.each([
    ['takes a right away', { actions: ['s3:PutObject'] }],
    ['adds a right', { actions: ['s3:GetObject', 's3:PutObject'] }],
    ['changes whom it trusts', { trusts: new iam.ServicePrincipal('states.amazonaws.com') }],
    ['changes its boundary', { kept: 'Other' }],
  ])('is another one, with another policy, after an update that %s', (_, changed) => {
    const after = idsOf(synthesize(changed));
    expect(after.role).not.toBe(before.role);
    expect(after.policy).not.toBe(before.policy);
    // A policy beside it would otherwise move from the role before to the new one.
    expect(after.shared).not.toBe(before.shared);
  });

  it('gets another policy beside those it has when one that it shares changes', () => {
    const template = synthesize({ shared: ['sns:Subscribe'] });
    const after = idsOf(template);
    expect(after.role).toBe(before.role);
    expect(after.shared).not.toBe(before.shared);
    // Of the same name it would take the other's place on the role.
    expect(template.Resources[after.shared ?? '']?.Properties['PolicyName']).toBe(after.shared);
  });

  it('is left where it is by the update that replaces it, and deleted by the first deployment that fails', () => {
    const template = synthesize();
    for (const id of Object.values(before))
      expect(template.Resources[id ?? '']).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  });

  it('keeps its name when people outside know it: no service assumes it', () => {
    const outside = (actions: string[]) =>
      idsOf(synthesize({ actions, trusts: new iam.FederatedPrincipal('example', {}, 'sts:AssumeRoleWithWebIdentity') }));
    expect(outside(['s3:PutObject']).role).toBe(outside(['s3:GetObject']).role);
  });
});
