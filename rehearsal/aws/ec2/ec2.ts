import * as sdk from '@aws-sdk/client-ec2';
import type { Properties, Service } from '../kernel.ts';
import { protocolOnly } from '../sdk-words.ts';
import { interfaces, routeTables, securityGroups, subnets } from './described.ts';
import { matching } from './filters.ts';

/** A resource that a stack recorded, with its properties resolved. */
export interface NetworkResource {
  readonly type: string;
  readonly physicalId: string;
  readonly properties: Properties;
}

/** An interface that a task has while it lives. */
export interface TaskInterface {
  readonly id: string;
  readonly subnetId: string;
  readonly address: string;
  readonly securityGroups: readonly string[];
  readonly availabilityZone: string;
}

export interface Ec2Collaborators {
  /** Everything of `AWS::EC2::…` that the deployed templates made. */
  resources(): readonly NetworkResource[];
  interfaces(): readonly TaskInterface[];
}

/** What EC2 tells of a network that is recorded only: nothing here decides who reaches whom. */
export class Ec2 {
  readonly service: Service;

  constructor({ resources, interfaces: living }: Ec2Collaborators) {
    const handlers: Service['handlers'] = {
      DescribeSecurityGroups: (input: sdk.DescribeSecurityGroupsRequest) => ({
        SecurityGroups: matching(securityGroups(resources()), input, { 'group-id': 'GroupId', 'vpc-id': 'VpcId' }, 'GroupIds'),
      }),
      DescribeSubnets: (input: sdk.DescribeSubnetsRequest) => ({
        Subnets: matching(subnets(resources()), input, { 'subnet-id': 'SubnetId', 'vpc-id': 'VpcId' }, 'SubnetIds'),
      }),
      DescribeRouteTables: (input: sdk.DescribeRouteTablesRequest) => ({
        RouteTables: matching(routeTables(resources()), input, { 'route-table-id': 'RouteTableId', 'vpc-id': 'VpcId' }, 'RouteTableIds'),
      }),
      DescribeNetworkInterfaces: (input: sdk.DescribeNetworkInterfacesRequest) => ({
        NetworkInterfaces: matching(
          interfaces(living()),
          input,
          { 'network-interface-id': 'NetworkInterfaceId', 'subnet-id': 'SubnetId' },
          'NetworkInterfaceIds',
        ),
      }),
    };
    // Describe calls of EC2 take no resource.
    const permissions = Object.fromEntries(Object.keys(handlers).map((name) => [name, () => [{ action: `ec2:${name}`, resource: '*' }]]));
    this.service = { signingName: 'ec2', sdk, client: new sdk.EC2Client(protocolOnly), handlers, permissions };
  }
}
