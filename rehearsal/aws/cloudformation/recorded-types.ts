import { randomBytes, randomUUID } from 'node:crypto';
import type { Properties, Provisioner, Provisioners, Provisioning, World } from '../kernel.ts';
import { on, physicalName, scalableTargets } from '../physical-names.ts';

/** A type that is written down and does nothing. */
interface Recorded {
  /** What `Ref` gives. */
  id(at: Provisioning, properties: Properties): string;
  /** What `Fn::GetAtt` gives. */
  attributes?(id: string, properties: Properties): Record<string, unknown>;
  readonly replaceOn?: readonly string[];
  /** Actions that CloudFormation's role needs, although nothing happens: on AWS the deployment fails without them. */
  readonly needs?: Partial<Record<'create' | 'update' | 'delete', readonly string[]>>;
  /** On which resource. @default * */
  readonly neededOn?: string;
}

const hex = (prefix: string) => () => `${prefix}-${randomBytes(9).toString('hex').slice(0, 17)}`;
const named = (property: string) => (at: Provisioning, properties: Properties) => properties[property] ?? physicalName(at);
const only = (attribute: string) => (id: string) => ({ [attribute]: id });

/** The rehearsal has one network, the loopback: everything reaches everything. */
const network: Record<string, Recorded> = {
  'AWS::EC2::VPC': {
    id: hex('vpc'),
    attributes: (id, { CidrBlock }) => ({
      VpcId: id,
      CidrBlock,
      CidrBlockAssociations: [`vpc-cidr-assoc-${id.slice(4)}`],
      DefaultNetworkAcl: `acl-${id.slice(4)}`,
      DefaultSecurityGroup: `sg-${id.slice(4)}`,
      Ipv6CidrBlocks: [],
    }),
    replaceOn: ['CidrBlock'],
  },
  'AWS::EC2::Subnet': {
    id: hex('subnet'),
    attributes: (id, { AvailabilityZone, CidrBlock, VpcId }) => ({ SubnetId: id, AvailabilityZone, CidrBlock, VpcId }),
    replaceOn: ['AvailabilityZone', 'CidrBlock', 'VpcId'],
  },
  'AWS::EC2::RouteTable': { id: hex('rtb'), attributes: only('RouteTableId'), replaceOn: ['VpcId'] },
  'AWS::EC2::Route': { id: (_at, { RouteTableId, DestinationCidrBlock }) => `${RouteTableId}|${DestinationCidrBlock}` },
  'AWS::EC2::SubnetRouteTableAssociation': { id: hex('rtbassoc'), attributes: only('Id'), replaceOn: ['SubnetId'] },
  'AWS::EC2::InternetGateway': { id: hex('igw'), attributes: only('InternetGatewayId') },
  'AWS::EC2::VPCGatewayAttachment': { id: (_at, { VpcId }) => `IGW|${VpcId}`, replaceOn: ['VpcId'] },
  'AWS::EC2::NatGateway': { id: hex('nat'), attributes: only('NatGatewayId'), replaceOn: ['SubnetId', 'AllocationId'] },
  'AWS::EC2::EIP': {
    id: () => `203.0.113.${randomBytes(1)[0]}`,
    attributes: (id) => ({ PublicIp: id, AllocationId: `eipalloc-${randomBytes(9).toString('hex').slice(0, 17)}` }),
  },
  'AWS::EC2::SecurityGroup': {
    id: hex('sg'),
    attributes: (id, { VpcId }) => ({ GroupId: id, Id: id, VpcId }),
    replaceOn: ['GroupDescription', 'GroupName', 'VpcId'],
    needs: {
      create: ['ec2:CreateSecurityGroup', 'ec2:DescribeSecurityGroups'],
      update: ['ec2:DescribeSecurityGroups'],
      delete: ['ec2:DeleteSecurityGroup'],
    },
  },
  'AWS::EC2::SecurityGroupIngress': {
    id: hex('sgr'),
    attributes: only('Id'),
    replaceOn: ['GroupId', 'IpProtocol', 'FromPort', 'ToPort', 'CidrIp', 'SourceSecurityGroupId'],
    needs: { create: ['ec2:AuthorizeSecurityGroupIngress'], delete: ['ec2:RevokeSecurityGroupIngress'] },
  },
  'AWS::EC2::SecurityGroupEgress': {
    id: hex('sgr'),
    attributes: only('Id'),
    replaceOn: ['GroupId', 'IpProtocol', 'FromPort', 'ToPort', 'CidrIp', 'DestinationSecurityGroupId'],
    needs: { create: ['ec2:AuthorizeSecurityGroupEgress'], delete: ['ec2:RevokeSecurityGroupEgress'] },
  },
  'AWS::EC2::FlowLog': { id: hex('fl'), attributes: only('Id') },
  'AWS::EC2::VPCEndpoint': {
    id: hex('vpce'),
    attributes: (id) => ({ Id: id, CreationTimestamp: new Date().toISOString(), DnsEntries: [], NetworkInterfaceIds: [] }),
    replaceOn: ['ServiceName', 'VpcId', 'VpcEndpointType'],
  },
};

/** Nothing scales here: a rehearsal's load is one smoke test. */
const scaling = (world: World): Record<string, Recorded> => ({
  'AWS::ApplicationAutoScaling::ScalableTarget': {
    id: (_at, { ResourceId, ScalableDimension, ServiceNamespace }) => `${ResourceId}|${ScalableDimension}|${ServiceNamespace}`,
    attributes: only('Id'),
    replaceOn: ['ResourceId', 'ScalableDimension', 'ServiceNamespace'],
    needs: {
      create: ['application-autoscaling:RegisterScalableTarget'],
      update: ['application-autoscaling:RegisterScalableTarget'],
      delete: ['application-autoscaling:DeregisterScalableTarget'],
    },
    neededOn: scalableTargets(world),
  },
  'AWS::ApplicationAutoScaling::ScalingPolicy': {
    id: (at) =>
      `arn:aws:autoscaling:${at.stackId.split(':').slice(3, 5).join(':')}:scalingPolicy:${randomUUID()}:policyName/${at.logicalId}`,
    attributes: only('Arn'),
    replaceOn: ['PolicyName', 'ResourceId', 'ScalableDimension', 'ServiceNamespace'],
    needs: {
      create: ['application-autoscaling:PutScalingPolicy'],
      update: ['application-autoscaling:PutScalingPolicy'],
      delete: ['application-autoscaling:DeleteScalingPolicy'],
    },
    neededOn: scalableTargets(world),
  },
});

/** Rules of a firewall are not evaluated: a rehearsal's callers are its own. */
const firewall = ({ region, account }: World): Record<string, Recorded> => ({
  'AWS::WAFv2::WebACL': {
    id: (at, { Name, Scope }) => `${Name ?? physicalName(at)}|${randomUUID()}|${Scope}`,
    attributes(id) {
      const [name, uuid, scope] = id.split('|');
      const where = scope === 'CLOUDFRONT' ? 'global' : 'regional';
      return { Id: uuid, Arn: `arn:aws:wafv2:${region}:${account}:${where}/webacl/${name}/${uuid}`, Capacity: 1 };
    },
    replaceOn: ['Name', 'Scope'],
  },
  'AWS::WAFv2::WebACLAssociation': {
    id: (_at, { WebACLArn, ResourceArn }) => `${WebACLArn}|${ResourceArn}`,
    replaceOn: ['WebACLArn', 'ResourceArn'],
  },
});

/** Read by people. A composite alarm is not evaluated: nothing of a release waits for one. */
const watching = ({ region, account }: World): Record<string, Recorded> => ({
  'AWS::CloudWatch::CompositeAlarm': {
    id: named('AlarmName'),
    attributes: (id) => ({ Arn: `arn:aws:cloudwatch:${region}:${account}:alarm:${id}` }),
    replaceOn: ['AlarmName'],
  },
  'AWS::CloudWatch::Dashboard': { id: named('DashboardName'), replaceOn: ['DashboardName'] },
  'AWS::CDK::Metadata': { id: () => randomUUID() },
});

/** Types that do not matter to a release: recorded with a physical id, so that what refers to them resolves. */
export function recordedTypes(world: World): Provisioners {
  const all = { ...network, ...scaling(world), ...firewall(world), ...watching(world) };
  return Object.fromEntries(Object.entries(all).map(([type, recorded]) => [type, provisioner(recorded)]));
}

function provisioner({ id, attributes, replaceOn, needs, neededOn = '*' }: Recorded): Provisioner {
  const provisioned = (physicalId: string, properties: Properties) => ({ physicalId, attributes: attributes?.(physicalId, properties) });
  return {
    replaceOn,
    create: (properties, at) => provisioned(id(at, properties), properties),
    permissions: (verb) => on(neededOn, ...(needs?.[verb] ?? [])),
  };
}
