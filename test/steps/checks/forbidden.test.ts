import { forbiddenChanges, sweepingStatements } from '../../../steps/checks/forbidden.ts';

const change = (changes: object) => ({
  logicalId: 'Thing',
  type: 'AWS::ECS::Service',
  action: 'Modify',
  replacement: 'False',
  scope: [],
  ...changes,
});

describe('forbiddenChanges', () => {
  it.each([
    'AWS::ElasticLoadBalancingV2::TargetGroup',
    'AWS::ElasticLoadBalancingV2::ListenerRule',
    'AWS::ECS::Service',
    'AWS::SQS::Queue',
    'AWS::Logs::LogGroup',
    'AWS::SecretsManager::Secret',
  ])('guards %s', (type) => {
    const all = [
      change({ type }),
      change({ type, action: 'Add', replacement: null }),
      change({ type, action: 'Remove', replacement: null }),
      change({ type, replacement: 'True' }),
      change({ type, replacement: 'Conditional' }),
    ];
    expect(forbiddenChanges(all)).toEqual([`removes ${type} Thing`, `replaces ${type} Thing`, `may replace ${type} Thing`]);
  });

  it('takes an action that CloudFormation cannot tell for one that may replace', () => {
    expect(forbiddenChanges([change({ action: 'Dynamic', replacement: null })])).toEqual(['may replace AWS::ECS::Service Thing']);
  });

  it('lets a release replace what every release replaces', () => {
    expect(forbiddenChanges([change({ type: 'AWS::ECS::TaskDefinition', replacement: 'True' })])).toEqual([]);
  });
});

describe('sweepingStatements', () => {
  const of = (Properties: unknown, Type = 'AWS::IAM::Role') =>
    sweepingStatements(JSON.stringify({ Resources: { Role: { Type, Properties } } }));
  const allow = (statement: object) => ({ PolicyDocument: { Statement: { Effect: 'Allow', Resource: '*', ...statement } } });

  it.each([
    [{ Action: '*' }, ['Role allows *']],
    [{ Action: '**' }, ['Role allows **']],
    [{ Action: ['s3:GetObject', 's3:*', 'sqs:*'] }, ['Role allows s3:*', 'Role allows sqs:*']],
    [{ NotAction: 'iam:PassRole' }, ['Role allows NotAction']],
    [{ Action: ['s3:GetObject', 's3:List*'] }, []],
    [{ Action: '*', Effect: 'Deny' }, []],
    [{}, []],
  ])('judges %j', (statement, lines) => {
    expect(of(allow(statement), 'AWS::IAM::Policy')).toEqual(lines);
  });

  it('looks into inline policies, lists of statements and managed ones alike', () => {
    const { PolicyDocument } = allow({ Action: 'kms:*' });
    expect(of({ Policies: [{ PolicyName: 'example', PolicyDocument: { Statement: [PolicyDocument.Statement] } }] })).toEqual([
      'Role allows kms:*',
    ]);
    expect(of({ PolicyDocument }, 'AWS::IAM::ManagedPolicy')).toEqual(['Role allows kms:*']);
  });

  it.each([
    ['arn:aws:iam::aws:policy/AdministratorAccess', ['Role has the managed policy AdministratorAccess']],
    ['arn:aws:iam::aws:policy/AmazonSQSFullAccess', ['Role has the managed policy AmazonSQSFullAccess']],
    [
      { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/PowerUserAccess']] },
      ['Role has the managed policy PowerUserAccess'],
    ],
    [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/IAMFullAccess' }, ['Role has the managed policy IAMFullAccess']],
    ['arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy', []],
  ])("judges one of AWS's own policies by its name: %j", (arn, lines) => {
    expect(of({ ManagedPolicyArns: [arn] })).toEqual(lines);
  });

  it('has nothing to say about other resources, or a role without policies', () => {
    expect(of(allow({ Action: '*' }), 'AWS::SQS::QueuePolicy')).toEqual([]);
    expect(of(undefined)).toEqual([]);
  });

  it.each(['{"Resources":{"Role":{"Type":"AWS::IAM::Role","Properties":{"PolicyDocument":{"Fn::Sub":"example"}}}}}', '{}', 'Resources:'])(
    'does not pass what it cannot read: %s',
    (template) => {
      expect(() => sweepingStatements(template)).toThrow();
    },
  );
});
