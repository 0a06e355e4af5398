import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** The stage's public address. Its listener answers 503 by itself; a release adds the rule that leads to the service. */
export class LoadBalancer extends Construct {
  readonly listener: elb.ApplicationListener;
  readonly securityGroup: ec2.SecurityGroup;
  readonly balancer: elb.ApplicationLoadBalancer;
  readonly dnsName: string;

  constructor(scope: Construct, id: string, props: { readonly vpc: ec2.Vpc }) {
    super(scope, id);
    this.securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', { vpc: props.vpc, description: 'Callers to the load balancer' });
    const balancer = new elb.ApplicationLoadBalancer(this, 'Balancer', {
      vpc: props.vpc,
      internetFacing: true,
      securityGroup: this.securityGroup,
      dropInvalidHeaderFields: true,
      idleTimeout: Duration.seconds(60),
    });
    this.keepAccessLogs(balancer);
    this.listener = balancer.addListener('Http', {
      port: 80,
      protocol: elb.ApplicationProtocol.HTTP,
      open: true,
      defaultAction: elb.ListenerAction.fixedResponse(503, { contentType: 'application/json', messageBody: '{"error":"NotDeployed"}' }),
    });
    this.balancer = balancer;
    this.dnsName = balancer.loadBalancerDnsName;
  }

  /** The construct's own method wants a region at synth; the delivery service's principal is the same in every region. */
  private keepAccessLogs(balancer: elb.ApplicationLoadBalancer): void {
    const bucket = new s3.Bucket(this, 'AccessLogs', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(365) }],
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
