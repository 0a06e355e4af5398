import {
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { Ec2 } from '../../../rehearsal/aws/ec2/ec2.ts';
import { type StandIn, startStandIn } from '../stand-in.ts';

const resource = (type: string, physicalId: string, properties: object) => ({ type: `AWS::EC2::${type}`, physicalId, properties });
const resources = [
  resource('SecurityGroup', 'sg-1', {
    VpcId: 'vpc-1',
    GroupDescription: 'tasks & more',
    SecurityGroupEgress: [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }],
  }),
  resource('SecurityGroupIngress', 'sgr-1', {
    GroupId: 'sg-1',
    IpProtocol: 'tcp',
    FromPort: 5000,
    ToPort: 5000,
    SourceSecurityGroupId: 'sg-2',
  }),
  resource('SecurityGroup', 'sg-2', { VpcId: 'vpc-1', GroupDescription: 'callers' }),
  resource('Subnet', 'subnet-1', { VpcId: 'vpc-1', CidrBlock: '10.0.0.0/24', AvailabilityZone: 'us-east-1a' }),
  resource('RouteTable', 'rtb-1', { VpcId: 'vpc-1' }),
  resource('SubnetRouteTableAssociation', 'rtbassoc-1', { RouteTableId: 'rtb-1', SubnetId: 'subnet-1' }),
  resource('Route', 'rtb-1|0.0.0.0/0', { RouteTableId: 'rtb-1', DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat-1' }),
];
const interfaces = [{ id: 'eni-1', subnetId: 'subnet-1', address: '10.0.0.7', securityGroups: ['sg-1'], availabilityZone: 'us-east-1a' }];

let cloud: StandIn<{ ec2: Ec2 }>;
let client: EC2Client;
beforeAll(async () => {
  cloud = await startStandIn(() => ({ ec2: new Ec2({ resources: () => resources, interfaces: () => interfaces }) }));
  client = new EC2Client(cloud.client());
});
afterAll(() => cloud.stop());

it('shows groups with the rules of their own template and those that stand apart', async () => {
  const { SecurityGroups } = await client.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: ['sg-1'] }] }));
  expect(SecurityGroups).toMatchObject([
    {
      GroupId: 'sg-1',
      Description: 'tasks & more',
      VpcId: 'vpc-1',
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 5000, ToPort: 5000, UserIdGroupPairs: [{ GroupId: 'sg-2' }] }],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    },
  ]);
});

it('shows subnets, the tables that they use, and where those lead', async () => {
  const { Subnets } = await client.send(new DescribeSubnetsCommand({}));
  expect(Subnets).toMatchObject([{ SubnetId: 'subnet-1', AvailableIpAddressCount: 251, AvailabilityZone: 'us-east-1a' }]);
  const { RouteTables } = await client.send(new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: ['vpc-1'] }] }));
  expect(RouteTables).toMatchObject([
    {
      RouteTableId: 'rtb-1',
      Associations: [{ SubnetId: 'subnet-1', Main: false }],
      Routes: [{ DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat-1', State: 'active' }],
    },
  ]);
});

it('shows the interfaces of living tasks, and none that is gone', async () => {
  const { NetworkInterfaces } = await client.send(
    new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'network-interface-id', Values: ['eni-1', 'eni-gone'] }] }),
  );
  expect(NetworkInterfaces).toMatchObject([{ NetworkInterfaceId: 'eni-1', PrivateIpAddress: '10.0.0.7', Groups: [{ GroupId: 'sg-1' }] }]);
});

it('answers an empty list with none', async () => {
  const { Subnets } = await client.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: ['subnet-9'] }] }));
  expect(Subnets).toEqual([]);
});

it('refuses by name what it does not know: a filter, ids, an operation', async () => {
  await expect(client.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'tag:Name', Values: ['x'] }] }))).rejects.toThrow(
    'filter tag:Name',
  );
  await expect(client.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-1'] }))).rejects.toThrow('SubnetIds');
  await expect(client.send(new DescribeVpcsCommand({}))).rejects.toThrow('ec2:DescribeVpcs');
});

it("says no in EC2's own word", async () => {
  cloud.hooks.call = () => {
    throw Object.assign(new Error('not to be reached'), { name: 'Unexpected' });
  };
  await expect(client.send(new DescribeSubnetsCommand({}))).rejects.toMatchObject({ name: 'InternalFailure' });
  delete cloud.hooks.call;
});
