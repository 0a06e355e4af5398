import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { PublicAddress, type PublicAddressProps } from './public-address.ts';
import { WebFirewall } from './web-firewall.ts';

export interface LoadBalancerProps {
  readonly vpc: ec2.Vpc;
  readonly address: PublicAddressProps;
  /** @default false - callers meet the load balancer itself */
  readonly waf?: false | { readonly requestsPerFiveMinutes: number };
}

/**
 * Where a stage is called: by HTTPS, under a name of its own; nothing listens for plain HTTP. Its listener answers 503 by itself; a release
 * adds the rule that leads to the service.
 */
export class LoadBalancer extends Construct {
  readonly listener: elb.ApplicationListener;
  readonly securityGroup: ec2.SecurityGroup;
  readonly balancer: elb.ApplicationLoadBalancer;
  /** What a record of the domain must lead to. */
  readonly dnsName: string;
  /** Of what it presents to callers. */
  readonly certificateArn: string;
  /** `https://…`, without a trailing slash; the same for as long as the stage lives. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    this.securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', { vpc: props.vpc, description: 'Callers to the load balancer' });
    const balancer = new elb.ApplicationLoadBalancer(this, 'Balancer', {
      vpc: props.vpc,
      internetFacing: true,
      securityGroup: this.securityGroup,
      dropInvalidHeaderFields: true,
      idleTimeout: Duration.seconds(60),
      // Once it is gone, another has another name: whoever was told to call it, and every record that people made, would lead nowhere.
      deletionProtection: true,
    });
    balancer.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.keepAccessLogs(balancer);
    const address = new PublicAddress(this, 'Address', props.address);
    address.leadTo(balancer);
    // The id of a listener that stands: another id would be another listener, and the rule of the Service stack hangs on this one.
    this.listener = balancer.addListener('Http', {
      port: 443,
      protocol: elb.ApplicationProtocol.HTTPS,
      certificates: [elb.ListenerCertificate.fromArn(address.certificateArn)],
      // TLS 1.2 with forward secrecy and authenticated ciphers only, and 1.3; with a hybrid key exchange for callers that know it.
      sslPolicy: elb.SslPolicy.TLS13_12_RES_PQ,
      open: true,
      defaultAction: elb.ListenerAction.fixedResponse(503, { contentType: 'application/json', messageBody: '{"error":"NotDeployed"}' }),
    });
    if (props.waf) new WebFirewall(this, 'Firewall', { balancer, ...props.waf });
    this.balancer = balancer;
    this.dnsName = balancer.loadBalancerDnsName;
    this.certificateArn = address.certificateArn;
    this.url = `https://${address.domain}`;
  }

  /** The construct's own method wants a region at synth; the delivery service's principal is the same in every region. */
  private keepAccessLogs(balancer: elb.ApplicationLoadBalancer): void {
    const bucket = new s3.Bucket(this, 'AccessLogs', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [{ expiration: Duration.days(365), noncurrentVersionExpiration: Duration.days(30) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects('AWSLogs/*')],
      }),
    );
    balancer.setAttribute('access_logs.s3.enabled', 'true');
    balancer.setAttribute('access_logs.s3.bucket', bucket.bucketName);
    // The load balancer tests the bucket by writing to it when it is created.
    balancer.node.addDependency(bucket);
  }
}
