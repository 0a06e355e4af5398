import type { IpPermission, NetworkInterface, Route, RouteTable, SecurityGroup, Subnet } from '@aws-sdk/client-ec2';
import type { Properties } from '../kernel.ts';
import type { NetworkResource, TaskInterface } from './ec2.ts';

const of = (resources: readonly NetworkResource[], type: string) => resources.filter((each) => each.type === `AWS::EC2::${type}`);

/** Groups with the rules of their own template and those that stand as resources of their own. */
export function securityGroups(resources: readonly NetworkResource[]): SecurityGroup[] {
  const separate = (direction: string, id: string) =>
    of(resources, `SecurityGroup${direction}`).flatMap(({ properties }) => (properties['GroupId'] === id ? [properties] : []));
  return of(resources, 'SecurityGroup').map(({ physicalId, properties }) => ({
    GroupId: physicalId,
    GroupName: properties['GroupName'] ?? physicalId,
    Description: properties['GroupDescription'],
    VpcId: properties['VpcId'],
    IpPermissions: [...(properties['SecurityGroupIngress'] ?? []), ...separate('Ingress', physicalId)].map(permission),
    IpPermissionsEgress: [...(properties['SecurityGroupEgress'] ?? []), ...separate('Egress', physicalId)].map(permission),
  }));
}

function permission(rule: Properties): IpPermission {
  const peer = rule['SourceSecurityGroupId'] ?? rule['DestinationSecurityGroupId'];
  return {
    IpProtocol: String(rule['IpProtocol']),
    ...(rule['FromPort'] !== undefined && { FromPort: Number(rule['FromPort']), ToPort: Number(rule['ToPort']) }),
    IpRanges: rule['CidrIp'] ? [{ CidrIp: rule['CidrIp'], Description: rule['Description'] }] : [],
    UserIdGroupPairs: peer ? [{ GroupId: peer }] : [],
  };
}

export const subnets = (resources: readonly NetworkResource[]): Subnet[] =>
  of(resources, 'Subnet').map(({ physicalId, properties }) => ({
    SubnetId: physicalId,
    VpcId: properties['VpcId'],
    AvailabilityZone: properties['AvailabilityZone'],
    CidrBlock: properties['CidrBlock'],
    // Five addresses of each subnet are AWS's own; what tasks use is not counted.
    AvailableIpAddressCount: 2 ** (32 - Number(String(properties['CidrBlock']).split('/')[1])) - 5,
    State: 'available',
  }));

export const routeTables = (resources: readonly NetworkResource[]): RouteTable[] =>
  of(resources, 'RouteTable').map(({ physicalId, properties }) => ({
    RouteTableId: physicalId,
    VpcId: properties['VpcId'],
    Associations: of(resources, 'SubnetRouteTableAssociation')
      .filter((each) => each.properties['RouteTableId'] === physicalId)
      .map((each) => ({
        RouteTableAssociationId: each.physicalId,
        RouteTableId: physicalId,
        SubnetId: each.properties['SubnetId'],
        Main: false,
      })),
    Routes: of(resources, 'Route').flatMap((each) => (each.properties['RouteTableId'] === physicalId ? [route(each.properties)] : [])),
  }));

const route = (properties: Properties): Route => ({
  DestinationCidrBlock: properties['DestinationCidrBlock'],
  ...(properties['NatGatewayId'] && { NatGatewayId: properties['NatGatewayId'] }),
  ...(properties['GatewayId'] && { GatewayId: properties['GatewayId'] }),
  State: 'active',
});

export const interfaces = (living: readonly TaskInterface[]): NetworkInterface[] =>
  living.map(({ id, subnetId, address, securityGroups: groups, availabilityZone }) => ({
    NetworkInterfaceId: id,
    SubnetId: subnetId,
    PrivateIpAddress: address,
    AvailabilityZone: availabilityZone,
    Status: 'in-use',
    Groups: groups.map((GroupId) => ({ GroupId })),
  }));
