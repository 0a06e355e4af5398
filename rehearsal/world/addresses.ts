import type { Cloud } from '../aws/cloud.ts';

/** What the table of stages says of a stage's address. */
export interface PlayedAddress {
  readonly domain: string;
  /** Of a certificate that people bring; absent where the stack makes one. */
  readonly certificateArn?: string;
}
interface Addressed {
  readonly address: PlayedAddress;
}

/** What people did before they deployed: their certificate is there. Where the stack makes its own there is nothing to do. */
export function importCertificate({ certificates }: Pick<Cloud, 'certificates'>, { address }: Addressed): void {
  if (address.certificateArn) certificates.put(address.certificateArn, [address.domain]);
}

/**
 * What people do after they deployed, in a zone that no stack writes to: the domain leads to the load balancer.
 * @param outputs of the stage's foundation
 */
export function leadDomain({ names }: Pick<Cloud, 'names'>, { address }: Addressed, outputs: Readonly<Record<string, string>>): void {
  if (address.certificateArn) names.point(address.domain, outputs['LoadBalancerDnsName'] ?? '');
}
