import { callerArn } from '../../../steps/clients/caller.ts';
import { healthChecks } from '../../../steps/clients/health-checks.ts';
import { stacks } from '../../../steps/clients/stacks.ts';
import { targetHealth } from '../../../steps/clients/target-health.ts';
import { changeSetArn, stackId, targetGroupArn } from '../incidents.ts';
import { serveQuery } from './endpoint.ts';

let wire: Awaited<ReturnType<typeof serveQuery>>;
beforeAll(async () => {
  wire = await serveQuery({});
});
afterAll(() => wire.stop());
beforeEach(() => {
  wire.calls.length = 0;
  for (const action of Object.keys(wire.answers)) delete wire.answers[action];
});
const answers = (action: string, xml: string) => {
  wire.answers[action] = () => xml;
};
const refuses = (action: string, __type: string) => {
  wire.answers[action] = () => {
    throw { __type, message: 'example' };
  };
};

describe('whose credentials these are', () => {
  const arn = 'arn:aws:sts::111122223333:assumed-role/Operator/example';

  it('is what STS says', async () => {
    answers('GetCallerIdentity', `<Arn>${arn}</Arn><Account>111122223333</Account>`);
    expect(await callerArn()).toBe(arn);
  });

  it('is never nobody: who answers for a decision must be known', async () => {
    answers('GetCallerIdentity', '<Account>111122223333</Account>');
    await expect(callerArn()).rejects.toThrow('STS did not say whose credentials these are');
    refuses('GetCallerIdentity', 'ExpiredToken');
    await expect(callerArn()).rejects.toMatchObject({ name: 'ExpiredToken' });
  });
});

describe('what a load balancer asks of its targets', () => {
  const group = (members: string) => answers('DescribeTargetGroups', `<TargetGroups><member>${members}</member></TargetGroups>`);

  it('is told with its path, its patience and what counts as healthy', async () => {
    group(
      `<TargetGroupArn>${targetGroupArn}</TargetGroupArn><HealthCheckPath>/health/ready</HealthCheckPath><HealthCheckPort>traffic-port</HealthCheckPort>` +
        '<Matcher><HttpCode>200-299</HttpCode></Matcher><HealthCheckIntervalSeconds>10</HealthCheckIntervalSeconds>' +
        '<HealthCheckTimeoutSeconds>5</HealthCheckTimeoutSeconds><HealthyThresholdCount>2</HealthyThresholdCount><UnhealthyThresholdCount>3</UnhealthyThresholdCount>',
    );
    expect(await healthChecks.check(targetGroupArn)).toEqual({
      path: '/health/ready',
      port: 'traffic-port',
      matcher: '200-299',
      intervalSeconds: 10,
      timeoutSeconds: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    });
    expect(wire.calls).toEqual([{ action: 'DescribeTargetGroups', input: { 'TargetGroupArns.member.1': targetGroupArn } }]);
  });

  it('is nothing of what AWS leaves out: a check over TCP has neither path nor codes', async () => {
    group(`<TargetGroupArn>${targetGroupArn}</TargetGroupArn>`);
    expect(await healthChecks.check(targetGroupArn)).toEqual({
      path: '',
      port: '',
      matcher: '',
      intervalSeconds: 0,
      timeoutSeconds: 0,
      healthyThreshold: 0,
      unhealthyThreshold: 0,
    });
  });

  it('is null when there is no such target group, and only then', async () => {
    refuses('DescribeTargetGroups', 'TargetGroupNotFound');
    expect(await healthChecks.check(targetGroupArn)).toBeNull();
    answers('DescribeTargetGroups', '');
    expect(await healthChecks.check(targetGroupArn)).toBeNull();
    refuses('DescribeTargetGroups', 'AccessDenied');
    await expect(healthChecks.check(targetGroupArn)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('the health of targets', () => {
  const members = (...each: string[]) =>
    answers(
      'DescribeTargetHealth',
      `<TargetHealthDescriptions>${each.map((member) => `<member>${member}</member>`).join('')}</TargetHealthDescriptions>`,
    );

  it('is told by address and port, with the reason of what is not healthy', async () => {
    members(
      '<Target><Id>10.0.0.1</Id><Port>8080</Port></Target><TargetHealth><State>healthy</State></TargetHealth>',
      '<Target><Id>10.0.0.2</Id><Port>8080</Port></Target><TargetHealth><State>unhealthy</State><Reason>Target.Timeout</Reason><Description>Request timed out</Description></TargetHealth>',
    );
    expect(await targetHealth.describe(targetGroupArn)).toEqual([
      { target: '10.0.0.1:8080', state: 'healthy', reason: '', description: '' },
      { target: '10.0.0.2:8080', state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' },
    ]);
    expect(wire.calls[0]?.input).toEqual({ TargetGroupArn: targetGroupArn });
  });

  it('is never healthy because AWS does not say', async () => {
    members('<Target><Id>10.0.0.1</Id></Target>', '<TargetHealth><State>draining</State></TargetHealth>');
    expect(await targetHealth.describe(targetGroupArn)).toEqual([
      { target: '10.0.0.1:', state: '', reason: '', description: '' },
      { target: ':', state: 'draining', reason: '', description: '' },
    ]);
    answers('DescribeTargetHealth', '');
    expect(await targetHealth.describe(targetGroupArn)).toEqual([]);
  });

  it('is an error when there is no such target group', async () => {
    refuses('DescribeTargetHealth', 'TargetGroupNotFound');
    await expect(targetHealth.describe(targetGroupArn)).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
  });
});

describe('a stack of which CloudFormation says less than usual', () => {
  const input = { stackName: 'example', name: 'release-one', kind: 'UPDATE' as const, templateUrl: 'https://example.com/one' };
  const create = () => stacks.createChangeSet({ ...input, parameters: { Digest: 'example' }, tags: {}, roleArn: 'example' });

  it('is none when the answer is empty', async () => {
    answers('DescribeStacks', '');
    expect(await stacks.describe('example')).toBeNull();
  });

  it('has no template that is empty', async () => {
    answers('GetTemplate', '<TemplateBody></TemplateBody>');
    await expect(stacks.template('example')).rejects.toThrow('CloudFormation returned no template of example');
  });

  it('has no resource that has no physical id, or is deleted', async () => {
    const summary = (members: string) => `<member><ResourceType>AWS::ECS::Service</ResourceType>${members}</member>`;
    answers(
      'ListStackResources',
      `<StackResourceSummaries>${summary('')}${summary('<PhysicalResourceId>old</PhysicalResourceId><ResourceStatus>DELETE_COMPLETE</ResourceStatus>')}</StackResourceSummaries>`,
    );
    expect(await stacks.resource('example', 'AWS::ECS::Service')).toBeNull();
    answers('ListStackResources', '');
    expect(await stacks.resource('example', 'AWS::ECS::Service')).toBeNull();
    answers(
      'ListStackResources',
      `<StackResourceSummaries>${summary('<PhysicalResourceId>here</PhysicalResourceId>')}</StackResourceSummaries>`,
    );
    expect(await stacks.resource('example', 'AWS::ECS::Service')).toEqual({ logicalId: '', physicalId: 'here', status: '' });
  });

  it('has no events before the first', async () => {
    answers('DescribeStackEvents', '');
    expect(await stacks.events('example', 10)).toEqual([]);
  });

  it('takes parameters by key, and its change set is the one that is there already', async () => {
    answers('CreateChangeSet', `<Id>${changeSetArn}</Id><StackId>${stackId}</StackId>`);
    expect(await create()).toEqual({ arn: changeSetArn, stackId });
    expect(wire.calls[0]?.input).toMatchObject({
      'Parameters.member.1.ParameterKey': 'Digest',
      'Parameters.member.1.ParameterValue': 'example',
      'Capabilities.member.1': 'CAPABILITY_IAM',
    });
    refuses('CreateChangeSet', 'AlreadyExistsException');
    answers('DescribeChangeSet', `<ChangeSetId>${changeSetArn}</ChangeSetId><StackId>${stackId}</StackId>`);
    expect(await create()).toEqual({ arn: changeSetArn, stackId });
  });

  it('gives a change set no ARN that it does not have', async () => {
    answers('CreateChangeSet', '');
    expect(await create()).toEqual({ arn: '', stackId: '' });
    refuses('CreateChangeSet', 'AlreadyExistsException');
    answers('DescribeChangeSet', '');
    expect(await create()).toEqual({ arn: '', stackId: '' });
  });

  it('tells the changes of all pages, also of one that is empty', async () => {
    const change = (id: string) =>
      `<Changes><member><ResourceChange><LogicalResourceId>${id}</LogicalResourceId></ResourceChange></member></Changes>`;
    const pages: Record<string, string> = {
      first: `${change('One')}<NextToken>2</NextToken>`,
      '2': '<NextToken>3</NextToken>',
      '3': change('Two'),
    };
    wire.answers['DescribeChangeSet'] = ({ NextToken = 'first' }) => pages[NextToken] ?? '';
    expect((await stacks.changeSet(changeSetArn))?.changes.map(({ logicalId }) => logicalId)).toEqual(['One', 'Two']);
    pages['first'] = '<NextToken>3</NextToken>';
    expect((await stacks.changeSet(changeSetArn))?.changes.map(({ logicalId }) => logicalId)).toEqual(['Two']);
  });

  it('begins no check of drift without an id, and knows nothing of one that does not say what it found', async () => {
    answers('DetectStackDrift', '');
    expect(await stacks.detectDrift('example')).toBeNull();
    answers('DescribeStackDriftDetectionStatus', '<DetectionStatus>DETECTION_COMPLETE</DetectionStatus>');
    answers(
      'DescribeStackResourceDrifts',
      '<StackResourceDrifts><member><LogicalResourceId>Service</LogicalResourceId><StackResourceDriftStatus>DELETED</StackResourceDriftStatus></member></StackResourceDrifts>',
    );
    expect(await stacks.drift('example', 'check')).toEqual({ status: 'UNKNOWN', reason: '', differs: ['Service DELETED'] });
    answers('DescribeStackResourceDrifts', '');
    expect(await stacks.drift('example', 'check')).toEqual({ status: 'UNKNOWN', reason: '', differs: [] });
  });
});
