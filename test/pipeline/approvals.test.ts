import { ofType, type Template, templates } from '../assembly.ts';

/** What the stack grants to those who decide, and to the function that they ask. */
describe('the endpoint of decisions', () => {
  let template: Template;
  beforeAll(async () => {
    template = (await templates())('ReleaseMachine');
  }, 120_000);

  const deciderId = () => ofType(template, 'AWS::Lambda::Function').find(([id]) => id.startsWith('DecideApprovalFunction'))![0];

  it('asks for a signature, and is the only address of a function', () => {
    expect(ofType(template, 'AWS::Lambda::Url').map(([, { Properties }]) => Properties)).toEqual([
      { AuthType: 'AWS_IAM', TargetFunctionArn: { 'Fn::GetAtt': [deciderId(), 'Arn'] } },
    ]);
  });

  it('grants approvers the call of that address, where it is, and nothing else', () => {
    const [[, policy] = []] = ofType(template, 'AWS::IAM::ManagedPolicy').filter(([id]) => id.startsWith('Approvals'));
    expect(policy!.Properties['Roles'] ?? policy!.Properties['Users'] ?? policy!.Properties['Groups']).toBeUndefined();
    const arn = { 'Fn::GetAtt': [deciderId(), 'Arn'] };
    expect(policy!.Properties['PolicyDocument'].Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunctionUrl',
        Resource: arn,
        Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
      },
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: arn, Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } },
      { Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: { Ref: 'AWS::StackId' } },
    ]);
  });

  it('says where it is, and what to attach to those who decide', () => {
    expect(Object.keys(template.Outputs ?? {})).toEqual(expect.arrayContaining(['ApprovalUrl', 'ApproversPolicy']));
  });
});
