import { type AccessDenial, accessDenialOf, denialSentence } from '../../../steps/checks/access-denial.ts';

const who = 'arn:aws:sts::111122223333:assumed-role/example-task/0123456789abcdef';
const denied = (rest: string) => `User: ${who} is not authorized to perform: ${rest}`;

describe('accessDenialOf', () => {
  it.each<[string, string, Partial<AccessDenial>]>([
    [
      'the form of most services',
      denied(
        'sqs:SendMessage on resource: arn:aws:sqs:us-east-1:111122223333:example because no identity-based policy allows the sqs:SendMessage action',
      ),
      {
        who: 'The role example-task',
        action: 'sqs:SendMessage',
        resource: 'arn:aws:sqs:us-east-1:111122223333:example',
        why: 'no identity-based policy allows it',
      },
    ],
    [
      'one in JSON in a log',
      JSON.stringify({
        msg: denied('s3:PutObject on resource: "arn:aws:s3:::example/key" with an explicit deny in a resource-based policy'),
      }),
      { action: 's3:PutObject', resource: 'arn:aws:s3:::example/key', why: 'with an explicit deny in a resource-based policy' },
    ],
    [
      "a policy of the organisation's",
      denied('ecs:RunTask on resource: * with an explicit deny in a service control policy'),
      { resource: '*', why: 'with an explicit deny in a service control policy' },
    ],
    [
      'a permissions boundary',
      denied(
        'iam:PassRole on resource: arn:aws:iam::111122223333:role/example because no permissions boundary allows the iam:PassRole action',
      ),
      { action: 'iam:PassRole', why: 'no permissions boundary allows it' },
    ],
    ['no resource', denied('ecr:GetAuthorizationToken'), { action: 'ecr:GetAuthorizationToken', resource: null, why: null }],
    [
      'a user with a path',
      'User: arn:aws:iam::111122223333:user/team/example is not authorized to perform: kms:Decrypt',
      { who: 'The user example' },
    ],
    [
      'a role with a path',
      'Principal: arn:aws:iam::111122223333:role/team/example is not authorized to perform: kms:Decrypt',
      { who: 'The role example' },
    ],
    [
      'the account itself',
      'User: arn:aws:iam::111122223333:root is not authorized to perform: kms:Decrypt',
      { who: 'arn:aws:iam::111122223333:root' },
    ],
    [
      'an ARN at the end of a sentence',
      denied('s3:GetObject on resource: arn:aws:s3:::example/key.'),
      { resource: 'arn:aws:s3:::example/key' },
    ],
    ['KMS through Secrets Manager', 'AccessDeniedException: Access to KMS is not allowed', { action: 'kms:Decrypt', resource: null }],
    [
      'KMS of a ciphertext',
      denied('kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region'),
      { action: 'kms:Decrypt', resource: 'the key of the ciphertext' },
    ],
    [
      'S3, where only the operation is named',
      'An error occurred (AccessDenied) when calling the HeadObject operation: Access Denied',
      { action: 's3:GetObject' },
    ],
    [
      'a service that nothing names',
      'An error occurred (AccessDeniedException) when calling the PutItem operation: not today',
      { action: 'PutItem', resource: null },
    ],
    [
      'a queue',
      'An error occurred (AccessDenied) when calling the SendMessage operation: Access to the resource https://sqs.us-east-1.amazonaws.com/111122223333/example is denied.',
      { action: 'sqs:SendMessage', resource: 'https://sqs.us-east-1.amazonaws.com/111122223333/example' },
    ],
    [
      'a queue without an operation',
      'AccessDenied: Access to the resource https://sqs.us-east-1.amazonaws.com/111122223333/example is denied.',
      { action: null, resource: 'https://sqs.us-east-1.amazonaws.com/111122223333/example' },
    ],
    [
      "EC2's words through CloudFormation",
      'API: ec2:DescribeSubnets You are not authorized to perform this operation.',
      { action: 'ec2:DescribeSubnets' },
    ],
    [
      'a stack of the SDK for JavaScript',
      'AccessDenied: Access Denied\\n at de_ListObjectsV2Command (/app/node_modules/@aws-sdk/client-s3/dist-cjs/index.js:1:1)',
      { action: 's3:ListBucket' },
    ],
    ['a line of CloudTrail', 'ec2:DescribeSubnets: Client.UnauthorizedOperation: ', { action: 'ec2:DescribeSubnets', resource: null }],
    ['nothing but the word', 'AccessDenied', { who: null, action: null, resource: null, why: null }],
  ])('reads %s', (_, text, expected) => {
    expect(accessDenialOf(text)).toMatchObject(expected);
  });

  it.each(['the webhook was refused: 403', 'access denied by the allow list', 'authorized to perform', ''])('reads none in %j', (text) => {
    expect(accessDenialOf(text)).toBeNull();
  });
});

describe('denialSentence', () => {
  it('says who, what, on what and why, as far as AWS says so', () => {
    expect(denialSentence(denied('sns:Publish on resource: arn:aws:sns:us-east-1:111122223333:example'))).toBe(
      'The role example-task may not sns:Publish on arn:aws:sns:us-east-1:111122223333:example.',
    );
    expect(denialSentence('AccessDenied', 'The container')).toBe('The container was denied access.');
  });
});
