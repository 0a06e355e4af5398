import { CloudTrail } from '../../../rehearsal/aws/cloudtrail/cloudtrail.ts';
import { Ec2 } from '../../../rehearsal/aws/ec2/ec2.ts';
import { Logs } from '../../../rehearsal/aws/logs/logs.ts';
import { SecretsManager } from '../../../rehearsal/aws/secretsmanager/secretsmanager.ts';
import { accessDenials } from '../../../steps/clients/access-denials.ts';
import { logPages } from '../../../steps/clients/log-pages.ts';
import { network } from '../../../steps/clients/network.ts';
import { secretHistory } from '../../../steps/clients/secret-history.ts';
import { type StandIn, startStandIn } from '../../rehearsal/stand-in.ts';
import { leadTo } from './endpoint.ts';

const resource = (type: string, physicalId: string, properties: object) => ({ type: `AWS::EC2::${type}`, physicalId, properties });
const resources = [
  resource('SecurityGroup', 'sg-1', { VpcId: 'vpc-1', SecurityGroupEgress: [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }] }),
  resource('SecurityGroupIngress', 'sgr-1', {
    GroupId: 'sg-1',
    IpProtocol: 'tcp',
    FromPort: 80,
    ToPort: 80,
    SourceSecurityGroupId: 'sg-2',
  }),
  resource('Subnet', 'subnet-1', { VpcId: 'vpc-1', CidrBlock: '10.0.0.0/24', AvailabilityZone: 'us-east-1a' }),
  resource('Subnet', 'subnet-2', { VpcId: 'vpc-1', CidrBlock: '10.0.1.0/24', AvailabilityZone: 'us-east-1b' }),
  resource('RouteTable', 'rtb-1', { VpcId: 'vpc-1' }),
  resource('SubnetRouteTableAssociation', 'rtbassoc-1', { RouteTableId: 'rtb-1', SubnetId: 'subnet-1' }),
  resource('Route', 'route-1', { RouteTableId: 'rtb-1', DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat-1' }),
];
const since = new Date(Date.UTC(2026, 0, 1));
const who = 'arn:aws:sts::111122223333:assumed-role/StagingService-TaskRole/task-1';
const denied = [{ id: '1', at: new Date(since.getTime() + 1_000), who, action: 'kms:Sign', message: `User: ${who} is not authorized` }];

let cloud: StandIn<{ secrets: SecretsManager; logs: Logs; ec2: Ec2; cloudtrail: CloudTrail }>;
beforeAll(async () => {
  cloud = await startStandIn((world) => ({
    secrets: new SecretsManager(world),
    logs: new Logs(world),
    ec2: new Ec2({ resources: () => resources, interfaces: () => [] }),
    cloudtrail: new CloudTrail({ denied: () => denied }),
  }));
  const { endpoint, credentials } = cloud.client();
  leadTo({ endpoint, ...credentials });
});
afterAll(() => cloud.stop());

describe('what a secret tells without a value', () => {
  it('is its versions with their labels, and whether it rotates', async () => {
    const arn = cloud.parts.secrets.put('example', '{"old":1}');
    cloud.parts.secrets.put('example', '{"new":1}');
    const view = await secretHistory.describe('example');
    expect(view).toMatchObject({ arn, rotation: { enabled: false, lastRotated: null, next: null }, deleted: null });
    expect(view.versions.map(({ labels }) => labels)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
    expect(JSON.stringify(view)).not.toContain('old');
  });

  it('has texts by label, and none where no version has the label', async () => {
    expect(await secretHistory.version('example', 'AWSPREVIOUS')).toBe('{"old":1}');
    expect(await secretHistory.version('example', 'AWSPENDING')).toBeNull();
  });
});

describe('the pages of a log', () => {
  it('are read from the beginning until the token stays the same', async () => {
    cloud.parts.logs.createGroup('/example');
    for (let line = 0; line < 10_001; line += 1) cloud.parts.logs.put('/example', 'stream', `line ${line}`);
    const found: string[] = [];
    let token: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof logPages.page>> = await logPages.page('/example', 'stream', token);
      found.push(...(page?.lines.map(({ line }) => line) ?? []));
      token = page?.next ?? null;
    } while (token !== null);
    expect(found).toHaveLength(10_001);
    expect(found.at(-1)).toBe('line 10000');
  });

  it('are none of a stream that does not exist', async () => {
    expect(await logPages.page('/example', 'nobody', null)).toBeNull();
  });
});

describe('a network', () => {
  it('tells the rules of groups in words', async () => {
    expect(await network.securityGroups(['sg-1', 'sg-gone'])).toEqual([
      { id: 'sg-1', vpcId: 'vpc-1', ingress: ['tcp 80-80 sg-2'], egress: ['all 0.0.0.0/0'] },
    ]);
  });

  it('tells where each subnet leads, and of one without a table that it leads nowhere', async () => {
    expect(await network.subnets(['subnet-1', 'subnet-2'])).toMatchObject([
      { id: 'subnet-1', routeTable: 'rtb-1', routes: ['0.0.0.0/0 → nat-1 (active)'], freeAddresses: 251 },
      { id: 'subnet-2', routeTable: null, routes: [] },
    ]);
  });

  it('asks nothing about nothing', async () => {
    const before = cloud.wire.calls.length;
    expect([await network.securityGroups([]), await network.subnets([]), await network.interfaces([])]).toEqual([[], [], []]);
    expect(cloud.wire.calls).toHaveLength(before);
  });

  it('has no interface that is gone', async () => {
    expect(await network.interfaces(['eni-gone'])).toEqual([]);
  });
});

it('tells what a session was refused', async () => {
  expect(await accessDenials.ofSession('task-1', since.toISOString())).toEqual([
    { at: denied[0]!.at.toISOString(), who, action: 'kms:Sign', code: 'AccessDenied', message: `User: ${who} is not authorized` },
  ]);
  expect(await accessDenials.ofSession('task-2', since.toISOString())).toEqual([]);
});
