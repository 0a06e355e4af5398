import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnCertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';

export interface PublicAddressProps {
  /** Host name that callers use. */
  readonly domain: string;
  /** Zone that the domain lies in: the certificate is validated there and the record made. @default - people bring both */
  readonly hostedZone?: { readonly id: string; readonly name: string };
  /** A certificate for the domain, in this region. @default - one is made in the hosted zone */
  readonly certificateArn?: string;
}

/** A name that stays, and the certificate that proves it. */
export class PublicAddress extends Construct {
  readonly domain: string;
  readonly certificateArn: string;
  private readonly hostedZone: PublicAddressProps['hostedZone'];

  constructor(scope: Construct, id: string, { domain, hostedZone, certificateArn }: PublicAddressProps) {
    super(scope, id);
    this.domain = domain;
    this.hostedZone = hostedZone;
    this.certificateArn = certificateArn ?? this.certificate();
  }

  /** Leads the domain to the load balancer, where the zone is ours; elsewhere people do. */
  leadTo(balancer: elb.ApplicationLoadBalancer): void {
    if (!this.hostedZone) return;
    const record = new CfnRecordSet(this, 'Record', {
      hostedZoneId: this.hostedZone.id,
      name: `${this.domain}.`,
      type: 'A',
      aliasTarget: { dnsName: balancer.loadBalancerDnsName, hostedZoneId: balancer.loadBalancerCanonicalHostedZoneId },
    });
    record.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }

  /** ACM renews it by itself for as long as its validation record stays, which is in the zone for good. */
  private certificate(): string {
    if (!this.hostedZone) throw new Error(`${this.node.path}: ${this.domain} has neither a hosted zone nor a certificate`);
    const certificate = new CfnCertificate(this, 'Certificate', {
      domainName: this.domain,
      validationMethod: 'DNS',
      domainValidationOptions: [{ domainName: this.domain, hostedZoneId: this.hostedZone.id }],
    });
    certificate.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return certificate.ref;
  }
}
