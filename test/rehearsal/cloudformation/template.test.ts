import type { Parameter } from '@aws-sdk/client-cloudformation';
import { exampleCloud, THING, template } from './example-cloud.ts';

const cloud = exampleCloud();
afterAll(() => cloud.remove());
const one = { One: { Type: THING } };
const refused = (body: string, options: object = {}) =>
  cloud.changeSet(body, { type: 'CREATE', ...options }).then(
    () => 'accepted',
    ({ name, message }) => `${name}: ${message}`,
  );

it.each<[string, string, string]>([
  ['what is no JSON', 'Resources:\n  One:', 'ValidationError: Template format error: JSON not well-formed.'],
  [
    'a template without resources',
    '{"Resources":{}}',
    'ValidationError: Template format error: At least one Resources member must be defined.',
  ],
  [
    'a transform',
    template(one, { Transform: 'AWS::Serverless-2016-10-31' }),
    'Template section Transform is not supported by the rehearsal',
  ],
  ['rules', template(one, { Rules: {} }), 'Template section Rules is not supported by the rehearsal'],
  [
    'a creation policy',
    template({ One: { Type: THING, CreationPolicy: {} } }),
    'Resource attribute CreationPolicy of One is not supported by the rehearsal',
  ],
  ['a snapshot', template({ One: { Type: THING, DeletionPolicy: 'Snapshot' } }), 'DeletionPolicy Snapshot of One is not supported'],
  [
    'an unknown type',
    template({ One: { Type: 'AWS::Example::Stranger' } }),
    'Resource type AWS::Example::Stranger is not supported by the rehearsal',
  ],
  ['a custom resource', template({ One: { Type: 'Custom::Example' } }), 'Resource type Custom::Example is not supported by the rehearsal'],
  [
    'a dangling reference',
    template({ One: { Type: THING, Properties: { To: { 'Fn::Sub': '${Nobody.Arn}' } } } }),
    'Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template',
  ],
  [
    'a dangling output',
    template(one, { Outputs: { X: { Value: { Ref: 'Nobody' } } } }),
    'dependencies [Nobody] in the Outputs block of the template',
  ],
  ['a dangling DependsOn', template({ One: { Type: THING, DependsOn: 'Nobody' } }), 'dependencies [Nobody] in the Resources block'],
  [
    'a circle',
    template({ One: { Type: THING, DependsOn: 'Two' }, Two: { Type: THING, Properties: { To: { Ref: 'One' } } } }),
    'Circular dependency between resources: [One, Two]',
  ],
  ['a body that is too large', template({ One: { Type: THING, Properties: { Text: 'x'.repeat(51_200) } } }), 'less than or equal to 51200'],
])('refuses %s', async (_name, body, message) => {
  expect(await refused(body)).toContain(message);
});

const role = (properties: object) => template({ Role: { Type: 'AWS::IAM::Role', Properties: properties } });

it('asks for the capabilities that a template needs, before it does anything', async () => {
  // IAM types belong to another service: here only the question counts.
  const { checkCapabilities } = await import('../../../rehearsal/aws/cloudformation/capabilities.ts');
  const named = JSON.parse(role({ RoleName: 'example' }));
  expect(() => checkCapabilities(named, ['CAPABILITY_IAM'])).toThrow('Requires capabilities : [CAPABILITY_NAMED_IAM]');
  expect(() => checkCapabilities(named, ['CAPABILITY_NAMED_IAM'])).not.toThrow();
  const plain = JSON.parse(role({}));
  expect(() => checkCapabilities(plain, [])).toThrow(expect.objectContaining({ name: 'InsufficientCapabilitiesException' }));
  expect(() => checkCapabilities(plain, ['CAPABILITY_IAM'])).not.toThrow();
});

describe('a parameter', () => {
  const body = template(one, {
    Parameters: {
      Digest: { Type: 'String', AllowedPattern: 'sha256:[0-9a-f]+' },
      Stage: { Type: 'String', AllowedValues: ['staging', 'prod'], Default: 'staging' },
      Count: { Type: 'Number', MinValue: 1, MaxValue: 9, Default: 1 },
      Size: { Type: 'String', MinLength: 2, Default: 'xl', ConstraintDescription: 'two letters' },
    },
  });
  const given = (values: Record<string, string>): Parameter[] =>
    Object.entries(values).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));

  it.each<[string, Record<string, string>, string]>([
    ['is missing', {}, 'ValidationError: Parameters: [Digest] must have values'],
    ['is unknown', { Digest: 'sha256:a', Other: '1' }, 'ValidationError: Parameters: [Other] do not exist in the template'],
    ['does not match', { Digest: 'latest' }, "ValidationError: Parameter 'Digest' must match pattern sha256:[0-9a-f]+"],
    ['matches in part only', { Digest: 'sha256:a latest' }, "Parameter 'Digest' must match pattern"],
    ['is none of those allowed', { Digest: 'sha256:a', Stage: 'dev' }, "Parameter 'Stage' must be one of AllowedValues"],
    ['is too large', { Digest: 'sha256:a', Count: '10' }, "Parameter 'Count' must be a number not greater than 9"],
    ['is no number', { Digest: 'sha256:a', Count: 'many' }, "Parameter 'Count' must be a number"],
    [
      'breaks a rule that has words of its own',
      { Digest: 'sha256:a', Size: 'x' },
      'Parameter Size failed to satisfy constraint: two letters',
    ],
  ])('is refused when it %s', async (_name, values, message) => {
    expect(await refused(body, { Parameters: given(values) })).toContain(message);
  });

  it('is taken from its default, and hidden where it is secret', async () => {
    const secret = template(one, { Parameters: { Word: { Type: 'String', NoEcho: true, Default: 'example' } } });
    expect((await cloud.changeSet(secret, { type: 'CREATE' })).Parameters).toEqual([{ ParameterKey: 'Word', ParameterValue: '****' }]);
    expect((await cloud.changeSet(body, { type: 'CREATE', Parameters: given({ Digest: 'sha256:a' }) })).Parameters).toContainEqual({
      ParameterKey: 'Stage',
      ParameterValue: 'staging',
    });
  });
});

it('records the types that do not matter to a release, with what refers to them', async () => {
  const recorded = exampleCloud();
  const body = template(
    {
      Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
      Subnet: {
        Type: 'AWS::EC2::Subnet',
        Properties: {
          VpcId: { Ref: 'Vpc' },
          CidrBlock: { 'Fn::Select': [0, { 'Fn::Cidr': [{ 'Fn::GetAtt': ['Vpc', 'CidrBlock'] }, 2, 8] }] },
        },
      },
      Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'example', VpcId: { Ref: 'Vpc' } } },
      Metadata: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'v2:example' } },
    },
    { Outputs: { Subnet: { Value: { 'Fn::GetAtt': ['Subnet', 'CidrBlock'] } }, Group: { Value: { 'Fn::GetAtt': ['Group', 'GroupId'] } } } },
  );
  expect(await recorded.cloudFormation.deploy({ stackName: 'network', template: body })).toEqual({
    Subnet: '10.0.0.0/24',
    Group: expect.stringMatching(/^sg-[0-9a-f]{17}$/),
  });
  recorded.remove();
});

it('refuses an attribute that a resource does not have, as that resource', async () => {
  const asking = exampleCloud();
  await asking.create(template({ One: { Type: THING }, Two: { Type: THING, Properties: { To: { 'Fn::GetAtt': ['One', 'Colour'] } } } }));
  expect(await asking.status()).toBe('ROLLBACK_COMPLETE');
  expect(await asking.events()).toContain(
    'Two CREATE_FAILED -: Template error: resource One does not support attribute type Colour in Fn::GetAtt',
  );
  asking.remove();
});
