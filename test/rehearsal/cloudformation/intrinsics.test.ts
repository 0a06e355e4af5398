import { resolve, type Scope } from '../../../rehearsal/aws/cloudformation/intrinsics.ts';

const scope: Scope = {
  template: {
    Resources: {},
    Mappings: { Sizes: { 'us-east-1': { small: 1, list: ['a', 'b'] } } },
    Conditions: {
      IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
      IsNotProd: { 'Fn::Not': [{ Condition: 'IsProd' }] },
      Both: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsNotProd' }] },
      Either: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsNotProd' }] },
    },
  },
  parameters: { Stage: 'prod', Subnets: ['subnet-1', 'subnet-2'] },
  pseudo: { 'AWS::Region': 'us-east-1', 'AWS::AccountId': '111122223333' },
  ref: (logicalId) => `${logicalId.toLowerCase()}-1`,
  attribute: (logicalId, name) => (name === 'Ports' ? [80, 443] : `${logicalId}!${name}`),
  importValue: (name) => `imported ${name}`,
};

it.each<[string, unknown, unknown]>([
  ['Ref of a parameter', { Ref: 'Stage' }, 'prod'],
  ['Ref of a list', { Ref: 'Subnets' }, ['subnet-1', 'subnet-2']],
  ['Ref of a resource', { Ref: 'Bucket' }, 'bucket-1'],
  ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
  ['GetAtt in both forms', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, { 'Fn::GetAtt': 'Table.Stream.Arn' }], ['Bucket!Arn', 'Table!Stream.Arn']],
  ['GetAtt of a list', { 'Fn::Select': [1, { 'Fn::GetAtt': ['Listener', 'Ports'] }] }, 443],
  ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 3]] }, 'a-prod-3'],
  ['Join of a list parameter', { 'Fn::Join': [',', { Ref: 'Subnets' }] }, 'subnet-1,subnet-2'],
  ['Select from Split', { 'Fn::Select': ['1', { 'Fn::Split': ['|', 'a|b|c'] }] }, 'b'],
  [
    'Sub with names, attributes, variables and escapes',
    { 'Fn::Sub': ['${Stage}/${Bucket.Arn}/${Own}/${!Literal}', { Own: { Ref: 'AWS::Region' } }] },
    'prod/Bucket!Arn/us-east-1/${Literal}',
  ],
  ['Sub in short', { 'Fn::Sub': 'arn:aws:s3:::${Bucket}' }, 'arn:aws:s3:::bucket-1'],
  ['If', { 'Fn::If': ['IsProd', 'yes', { Ref: 'AWS::NoValue' }] }, 'yes'],
  ['If by way of And, Or and Not', [{ 'Fn::If': ['Both', 1, 2] }, { 'Fn::If': ['Either', 1, 2] }], [2, 1]],
  [
    'NoValue in an object and in a list',
    { a: { Ref: 'AWS::NoValue' }, b: [1, { 'Fn::If': ['IsNotProd', 2, { Ref: 'AWS::NoValue' }] }] },
    { b: [1] },
  ],
  ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'small'] }, 1],
  ['Base64', { 'Fn::Base64': { Ref: 'Stage' } }, 'cHJvZA=='],
  ['GetAZs', { 'Fn::GetAZs': '' }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
  ['GetAZs of a region', { 'Fn::Select': [0, { 'Fn::GetAZs': { Ref: 'AWS::Region' } }] }, 'us-east-1a'],
  ['ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': '${Stage}:Vpc' } }, 'imported prod:Vpc'],
  ['Cidr', { 'Fn::Cidr': ['10.0.0.0/16', 3, '8'] }, ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']],
  ['what is no intrinsic', { Condition: { StringEquals: { 'aws:x': '1' } } }, { Condition: { StringEquals: { 'aws:x': '1' } } }],
])('resolves %s', (_name, value, expected) => {
  expect(resolve(value, scope)).toEqual(expected);
});

it.each<[string, unknown, string]>([
  ['an unknown function', { 'Fn::ToJsonString': {} }, 'Intrinsic function Fn::ToJsonString is not supported by the rehearsal'],
  ['one inherited from Object', { 'Fn::constructor': {} }, 'Intrinsic function Fn::constructor'],
  ['a dynamic reference', '{{resolve:ssm:/example}}', 'Dynamic reference {{resolve:ssm:/example}} is not supported by the rehearsal'],
  ['an index that does not exist', { 'Fn::Select': [2, ['a', 'b']] }, 'Fn::Select cannot select nonexistent value at index 2'],
  [
    'a mapping that does not exist',
    { 'Fn::FindInMap': ['Sizes', 'eu-west-1', 'small'] },
    'Unable to get mapping for Sizes::eu-west-1::small',
  ],
  ['a join of no list', { 'Fn::Join': [',', 'text'] }, 'every Fn::Join object requires a list'],
  ['a block too small to divide', { 'Fn::Cidr': ['10.0.0.0/24', 3, 8] }, 'Fn::Cidr cannot divide 10.0.0.0/24'],
  ['an unknown condition', { 'Fn::If': ['Nobody', 1, 2] }, 'Unresolved condition dependency Nobody'],
])('refuses %s', (_name, value, message) => {
  expect(() => resolve(value, scope)).toThrow(message);
});
