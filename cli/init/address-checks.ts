import type { StageEntry } from '../../pipeline/config.ts';
import { type Finding, missing, ok, problem, unknown, warning } from '../doctor/finding.ts';
import type { Surroundings } from './surroundings.ts';

/** Under which name callers reach a stage, and what proves that name. */

/** Days before its end at which a certificate that AWS renews by itself has long been renewed, and one that people renew must be. */
const soonDays = 30;

type Ports = Pick<Surroundings, 'certificates' | 'hostedZones' | 'region'>;

/** Before anything is deployed: the zone in which the certificate is made, or the certificate that people bring. */
export async function checkAddress({ address }: Pick<StageEntry, 'address'>, ports: Ports): Promise<Finding> {
  if (!address) return missing('the table names no address: a stage is called by HTTPS only', 'npx release init');
  const { domain, hostedZone, certificateArn } = address;
  if (certificateArn) return checkCertificate(certificateArn, domain, ports);
  if (!hostedZone) return missing('the table names neither a hosted zone nor a certificate', 'npx release init');
  const look = `aws route53 get-hosted-zone --id ${hostedZone.id}`;
  const zone = await ports.hostedZones.describe(hostedZone.id);
  if (!zone) return missing(`there is no hosted zone ${hostedZone.id} in this account`, look);
  if (zone.name !== hostedZone.name) return problem(`the hosted zone ${hostedZone.id} is ${zone.name}, not ${hostedZone.name}`, look);
  if (zone.isPrivate) return problem(`the hosted zone ${hostedZone.id} is private: no caller from outside finds ${domain}`, look);
  return ok(`${domain} lies in the hosted zone ${zone.name}; its certificate is made there`);
}

/** Whether callers of a name may trust what the load balancer presents, and for how long. */
export async function checkCertificate(arn: string, domain: string, { certificates, region }: Ports, now = new Date()): Promise<Finding> {
  const look = `aws acm describe-certificate --certificate-arn ${arn}`;
  // A load balancer takes none of another region; asked there, ACM would say that there is none.
  if (arn.split(':')[3] !== region) return problem(`${arn} is not of ${region}, where the load balancer is`, look);
  const found = await certificates.describe(arn);
  if (!found) return missing(`there is no certificate ${arn}`, look);
  const { status, names, notAfter, renewed } = found;
  if (status !== 'ISSUED') return problem(`the certificate of ${domain} is ${status}, expected ISSUED`, look);
  if (!names.some((name) => covers(name, domain))) return problem(`the certificate covers ${names.join(', ')}, not ${domain}`, look);
  if (notAfter === null) return unknown(`the certificate of ${domain} is issued, but until when AWS does not say`, look);
  const days = Math.floor((Date.parse(notAfter) - now.getTime()) / 86_400_000);
  const until = `the certificate of ${domain} counts until ${notAfter}, ${days} days from now`;
  if (days < 0) return problem(`the certificate of ${domain} expired ${notAfter}`, look);
  if (days < soonDays) return warning(`${until}${renewed ? ': AWS should have renewed it by now' : ': people renew it'}`, look);
  return ok(`${until}; ${renewed ? 'AWS renews it' : 'people renew it'}`);
}

/** A wildcard stands for one label, and not for none. */
function covers(name: string, domain: string): boolean {
  return name === domain || (name.startsWith('*.') && name.slice(1) === domain.slice(domain.indexOf('.')));
}
