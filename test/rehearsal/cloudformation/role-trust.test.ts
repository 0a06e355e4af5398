import { checkTrust } from '../../../rehearsal/aws/cloudformation/role-trust.ts';
import { Iam } from '../../../rehearsal/aws/iam/iam.ts';
import { type ExampleWorld, exampleWorld } from '../example-world.ts';
import { at } from '../stand-in.ts';

let world: ExampleWorld;
let iam: Iam;
beforeEach(() => {
  world = exampleWorld();
  iam = new Iam(world);
});
afterEach(() => world.remove());

/** ARN of a role that trusts one service. */
async function trusting(Service: string): Promise<string> {
  const AssumeRolePolicyDocument = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
  };
  const { attributes } = await iam.provisioners['AWS::IAM::Role']!.create({ AssumeRolePolicyDocument }, at(Service.split('.')[0]!));
  return String(attributes?.['Arn']);
}

const check = (type: string, properties: object) => checkTrust({ world, iam } as never, type, properties);

describe('a role that a resource hands over', () => {
  it.each([
    ['AWS::Lambda::Function', 'lambda', (Role: string) => ({ Role }), /cannot be assumed by Lambda/],
    ['AWS::StepFunctions::StateMachine', 'states', (RoleArn: string) => ({ RoleArn }), /authorized to assume the provided role/],
    [
      'AWS::CodeBuild::Project',
      'codebuild',
      (ServiceRole: string) => ({ ServiceRole }),
      /CodeBuild is not authorized to perform: sts:AssumeRole/,
    ],
    [
      'AWS::Events::Rule',
      'events',
      (RoleArn: string) => ({ Targets: [{ RoleArn }] }),
      /cannot be assumed by principal 'events.amazonaws.com'/,
    ],
  ])('must trust the service of %s', async (type, service, properties, refusal) => {
    await expect(check(type, properties(await trusting(`${service}.amazonaws.com`)))).resolves.toBeUndefined();
    await expect(check(type, properties(await trusting('ec2.amazonaws.com')))).rejects.toThrow(refusal);
    await expect(check(type, properties('arn:aws:iam::111122223333:role/missing'))).rejects.toThrow(refusal);
  });

  it('is not asked for where there is none', async () => {
    await expect(check('AWS::Events::Rule', { Targets: [{ Arn: 'arn:aws:sqs:us-east-1:111122223333:example' }] })).resolves.toBeUndefined();
    await expect(check('AWS::SNS::Topic', {})).resolves.toBeUndefined();
  });
});
