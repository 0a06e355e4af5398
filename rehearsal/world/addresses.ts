import type { Cloud } from '../aws/cloud.ts';

/** What the table of stages says of a stage's address. */
export interface PlayedAddress {
  readonly domain: string;
  /** Of a certificate that people bring; absent where the stack makes one. */
  readonly certificateArn?: string;
  /** Of people's own; absent where they bring a certificate. */
  readonly hostedZone?: { readonly id: string; readonly name: string };
}
interface Addressed {
  readonly address: PlayedAddress;
}

/** What people did before they deployed: their certificate is there, or the zone in which the stack makes its own. */
export function prepareAddress({ certificates, names }: Pick<Cloud, 'certificates' | 'names'>, { address }: Addressed): void {
  const { domain, certificateArn, hostedZone } = address;
  if (certificateArn) certificates.put(certificateArn, [domain]);
  if (hostedZone) names.hold(hostedZone.id, hostedZone.name);
}

/**
 * What people do after they deployed, in a zone that no stack writes to: the domain leads to the load balancer.
 * @param outputs of the stage's foundation
 */
export function leadDomain({ names }: Pick<Cloud, 'names'>, { address }: Addressed, outputs: Readonly<Record<string, string>>): void {
  if (address.certificateArn) names.point(address.domain, outputs['LoadBalancerDnsName'] ?? '');
}
