import { GetHostedZoneCommand, NoSuchHostedZone, Route53Client } from '@aws-sdk/client-route-53';
import type { HostedZones } from '../contract/operator-ports.ts';
import { defaults } from './defaults.ts';

const client = new Route53Client(defaults);

export const hostedZones: HostedZones = {
  async describe(Id) {
    try {
      const { HostedZone: zone } = await client.send(new GetHostedZoneCommand({ Id }));
      return { name: (zone?.Name ?? '').replace(/\.$/, ''), isPrivate: zone?.Config?.PrivateZone ?? false };
    } catch (error) {
      if (error instanceof NoSuchHostedZone) return null;
      throw error;
    }
  },
};
