import { interfaceView, securityGroupView, subnetView } from '../../../steps/clients/network-views.ts';

describe('a security group', () => {
  it('has a line for each peer, whatever kind of peer it is', () => {
    const { ingress, egress } = securityGroupView({
      GroupId: 'sg-1',
      IpPermissions: [
        {
          IpProtocol: 'tcp',
          FromPort: 8080,
          ToPort: 8081,
          IpRanges: [{ CidrIp: '10.0.0.0/8' }],
          Ipv6Ranges: [{ CidrIpv6: '::/0' }],
          PrefixListIds: [{ PrefixListId: 'pl-1' }],
          UserIdGroupPairs: [{ GroupId: 'sg-2' }, {}],
        },
      ],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }, { UserIdGroupPairs: [{ GroupId: 'sg-3' }] }],
    });
    expect(ingress).toEqual(['10.0.0.0/8', '::/0', 'pl-1', 'sg-2', 'unknown'].map((peer) => `tcp 8080-8081 ${peer}`));
    expect(egress).toEqual(['all 0.0.0.0/0', 'all sg-3']);
  });

  it('lets nothing through where EC2 names no rule', () => {
    expect(securityGroupView({})).toEqual({ id: '', vpcId: '', ingress: [], egress: [] });
    expect(securityGroupView({ IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }] }).ingress).toEqual([]);
  });
});

describe('a subnet', () => {
  const subnet = { SubnetId: 'subnet-1', VpcId: 'vpc-1', AvailabilityZone: 'us-east-1a', CidrBlock: '10.0.0.0/24' };
  const table = (RouteTableId: string, association: object, VpcId = 'vpc-1') => ({
    RouteTableId,
    VpcId,
    Associations: [association],
    Routes: [{ DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: `nat-of-${RouteTableId}`, State: 'active' as const }],
  });
  const main = table('rtb-main', { Main: true });
  const own = table('rtb-own', { SubnetId: 'subnet-1' });

  it('goes by its own table, else by the main one of its network, and by none of another network', () => {
    expect(subnetView(subnet, [main, own])).toMatchObject({ routeTable: 'rtb-own', routes: ['0.0.0.0/0 → nat-of-rtb-own (active)'] });
    expect(subnetView(subnet, [main])).toMatchObject({ routeTable: 'rtb-main' });
    expect(subnetView(subnet, [table('rtb-other', { Main: true }, 'vpc-2')])).toMatchObject({ routeTable: null, routes: [] });
    expect(subnetView(subnet, [{ VpcId: 'vpc-1', RouteTableId: 'rtb-loose' }])).toMatchObject({ routeTable: null });
  });

  it('says of each route where it leads and whether it still does', () => {
    const to = (Routes: object[]) => subnetView(subnet, [{ ...own, Routes }]).routes;
    expect(
      to([
        { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', State: 'active' },
        { DestinationIpv6CidrBlock: '::/0', TransitGatewayId: 'tgw-1', State: 'active' },
        { DestinationPrefixListId: 'pl-1', VpcPeeringConnectionId: 'pcx-1', State: 'active' },
        { DestinationCidrBlock: '10.1.0.0/16', NetworkInterfaceId: 'eni-1', State: 'blackhole' },
        {},
      ]),
    ).toEqual([
      '10.0.0.0/16 → local (active)',
      '::/0 → tgw-1 (active)',
      'pl-1 → pcx-1 (active)',
      '10.1.0.0/16 → eni-1 (blackhole)',
      'unknown → unknown (unknown)',
    ]);
  });

  it('tells how many addresses are left, where EC2 does', () => {
    expect(subnetView({ ...subnet, AvailableIpAddressCount: 0 }, [])).toMatchObject({ freeAddresses: 0 });
    expect(subnetView({}, [{ VpcId: undefined, Associations: [{ Main: true }] }])).toEqual({
      id: '',
      vpcId: '',
      zone: '',
      cidr: '',
      freeAddresses: null,
      routeTable: null,
      routes: [],
    });
  });
});

describe('a network interface', () => {
  it('is told with its address and its groups', () => {
    const of = { NetworkInterfaceId: 'eni-1', Status: 'in-use' as const, SubnetId: 'subnet-1', PrivateIpAddress: '10.0.0.7' };
    expect(interfaceView({ ...of, Groups: [{ GroupId: 'sg-1' }, {}] })).toEqual({
      id: 'eni-1',
      status: 'in-use',
      subnetId: 'subnet-1',
      address: '10.0.0.7',
      securityGroups: ['sg-1', ''],
    });
    expect(interfaceView({})).toEqual({ id: '', status: '', subnetId: '', address: '', securityGroups: [] });
  });
});
