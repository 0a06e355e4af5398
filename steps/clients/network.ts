import {
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
  type Filter,
} from '@aws-sdk/client-ec2';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import type { Network } from '../contract/evidence-ports.ts';
import { defaults } from './defaults.ts';
import { interfaceView, securityGroupView, subnetView } from './network-views.ts';

const ec2 = new EC2Client(defaults);
const ecs = new ECSClient(defaults);

// Filters, not ids: what is gone is then missing from the answer, where an id of it would fail the whole call.
const where = (Name: string, Values: readonly string[]): Filter => ({ Name, Values: [...Values] });

export const network: Network = {
  async ofService(cluster, service) {
    const { services: [found] = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
    const settings = found?.networkConfiguration?.awsvpcConfiguration;
    return settings ? { subnets: settings.subnets ?? [], securityGroups: settings.securityGroups ?? [] } : null;
  },

  async securityGroups(ids) {
    if (ids.length === 0) return [];
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [where('group-id', ids)] }));
    return SecurityGroups.map(securityGroupView);
  },

  async subnets(ids) {
    if (ids.length === 0) return [];
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters: [where('subnet-id', ids)] }));
    // All tables of the networks: a subnet without a table of its own uses the network's main one.
    const networks = [...new Set(Subnets.flatMap(({ VpcId }) => VpcId ?? []))];
    const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters: [where('vpc-id', networks)] }));
    return Subnets.map((subnet) => subnetView(subnet, RouteTables));
  },

  async interfaces(ids) {
    if (ids.length === 0) return [];
    // A filter takes 200 values.
    const { NetworkInterfaces = [] } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ Filters: [where('network-interface-id', ids.slice(0, 200))] }),
    );
    return NetworkInterfaces.map(interfaceView);
  },
};
