import type { IpPermission, NetworkInterface, Route, RouteTable, SecurityGroup, Subnet } from '@aws-sdk/client-ec2';
import type { InterfaceView, SecurityGroupView, SubnetView } from '../contract/evidence-ports.ts';

export const securityGroupView = (group: SecurityGroup): SecurityGroupView => ({
  id: group.GroupId ?? '',
  vpcId: group.VpcId ?? '',
  ingress: (group.IpPermissions ?? []).flatMap(rules),
  egress: (group.IpPermissionsEgress ?? []).flatMap(rules),
});

/** `tcp 443-443 0.0.0.0/0`, one for each peer. */
function rules(permission: IpPermission): string[] {
  const { IpProtocol = '-1', FromPort, ToPort } = permission;
  const what = IpProtocol === '-1' ? 'all' : `${IpProtocol} ${FromPort}-${ToPort}`;
  const peers = [
    ...(permission.IpRanges ?? []).map(({ CidrIp }) => CidrIp),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6 }) => CidrIpv6),
    ...(permission.PrefixListIds ?? []).map(({ PrefixListId }) => PrefixListId),
    ...(permission.UserIdGroupPairs ?? []).map(({ GroupId }) => GroupId),
  ];
  return peers.map((peer) => `${what} ${peer ?? 'unknown'}`);
}

export function subnetView(subnet: Subnet, tables: readonly RouteTable[]): SubnetView {
  const inNetwork = tables.filter(({ VpcId }) => VpcId === subnet.VpcId);
  const own = inNetwork.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet.SubnetId));
  const table = own ?? inNetwork.find(({ Associations = [] }) => Associations.some(({ Main }) => Main));
  return {
    id: subnet.SubnetId ?? '',
    vpcId: subnet.VpcId ?? '',
    zone: subnet.AvailabilityZone ?? '',
    cidr: subnet.CidrBlock ?? '',
    freeAddresses: subnet.AvailableIpAddressCount ?? null,
    routeTable: table?.RouteTableId ?? null,
    routes: (table?.Routes ?? []).map(route),
  };
}

/** `0.0.0.0/0 → nat-… (active)`; a black hole leads to what was deleted. */
function route(of: Route): string {
  const to = of.DestinationCidrBlock ?? of.DestinationIpv6CidrBlock ?? of.DestinationPrefixListId ?? 'unknown';
  const via = of.NatGatewayId ?? of.GatewayId ?? of.TransitGatewayId ?? of.VpcPeeringConnectionId ?? of.NetworkInterfaceId ?? 'unknown';
  return `${to} → ${via} (${of.State ?? 'unknown'})`;
}

export const interfaceView = (of: NetworkInterface): InterfaceView => ({
  id: of.NetworkInterfaceId ?? '',
  status: of.Status ?? '',
  subnetId: of.SubnetId ?? '',
  address: of.PrivateIpAddress ?? '',
  securityGroups: (of.Groups ?? []).map(({ GroupId }) => GroupId ?? ''),
});
