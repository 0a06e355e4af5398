import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { CertificateAlarm } from './certificate-alarm.ts';
import { DeployRole } from './deploy-role.ts';
import { LoadBalancer, type LoadBalancerProps } from './load-balancer.ts';
import { sampleKeyAlias } from './sample-key-alias.ts';
import { type AlarmThresholds, alarmNames, StageAlarms } from './stage-alarms.ts';
import { TaskBoundary } from './task-boundary.ts';
import { WorkAlarms } from './work-alarms.ts';
import { WorkQueue } from './work-queue.ts';

export interface StageFoundationProps extends StackProps {
  readonly stageName: string;
  /** Name of the stack whose infrastructure the deploy role may change. */
  readonly serviceStackName: string;
  readonly secretName: string;
  readonly quiltStackArn: string;
  /** Bucket that the service packages into. */
  readonly dataBucketName: string;
  /** Packager queue of the Quilt stack. */
  readonly packagerQueueArn: string;
  readonly alarms: AlarmThresholds;
  /** Where people hear of what nobody else tells. */
  readonly topic: sns.ITopic;
  readonly address: LoadBalancerProps['address'];
  readonly waf: LoadBalancerProps['waf'];
}

/**
 * What a stage keeps for life: the address that Benchling calls, accepted events, the logs, the key. Deployed by people, never by a release; so a failed
 * release, even a failed first one, cannot take the evidence or the address with it.
 */
export class StageFoundation extends Stack {
  readonly vpc: ec2.Vpc;
  readonly cluster: ecs.Cluster;
  readonly listener: elb.ApplicationListener;
  readonly taskSecurityGroup: ec2.SecurityGroup;
  readonly logGroup: logs.LogGroup;
  readonly sampleKey: kms.Key;
  readonly workQueue: WorkQueue;
  readonly taskBoundary: iam.ManagedPolicy;

  constructor(scope: Construct, id: string, props: StageFoundationProps) {
    super(scope, id, { ...props, terminationProtection: true });
    this.vpc = this.network(props.stageName);
    this.cluster = new ecs.Cluster(this, 'Cluster', { vpc: this.vpc, containerInsightsV2: ecs.ContainerInsights.ENABLED });
    const loadBalancer = new LoadBalancer(this, 'LoadBalancer', { ...props, vpc: this.vpc });
    this.listener = loadBalancer.listener;
    new CertificateAlarm(this, 'Certificate', { ...props, certificateArn: loadBalancer.certificateArn });
    new StageAlarms(this, 'Alarms', { ...props, balancer: loadBalancer.balancer, thresholds: props.alarms });
    // Both security groups live here: a rule from one to the other would otherwise tie the two stacks in a circle.
    this.taskSecurityGroup = new ec2.SecurityGroup(this, 'Tasks', { vpc: this.vpc, description: 'Tasks of the webhook service' });
    this.taskSecurityGroup.connections.allowFrom(loadBalancer.securityGroup, ec2.Port.tcp(5000), 'load balancer to tasks');

    this.logGroup = new logs.LogGroup(this, 'ServiceLogs', {
      logGroupName: `/release/${props.stageName}/service`,
      retention: logs.RetentionDays.ONE_YEAR,
      // Once, a rollback deleted the log group with the only evidence. RetainExceptOnCreate would, too.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.sampleKey = new kms.Key(this, 'SampleKey', {
      description: `Signs the sample webhooks of ${props.stageName}`,
      keySpec: kms.KeySpec.ECC_NIST_P256,
      keyUsage: kms.KeyUsage.SIGN_VERIFY,
      alias: sampleKeyAlias(props.secretName),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.workQueue = new WorkQueue(this, 'Work', props);
    new WorkAlarms(this, 'WorkAlarms', { ...props, workQueue: this.workQueue });
    this.taskBoundary = new TaskBoundary(this, 'TaskBoundary', {
      ...props,
      sampleKey: this.sampleKey,
      workQueue: this.workQueue,
      logGroup: this.logGroup,
    });
    const deployRole = new DeployRole(this, 'DeployRole', { ...props, cluster: this.cluster, boundary: this.taskBoundary });

    for (const [key, value] of Object.entries({
      ServiceUrl: loadBalancer.url,
      LoadBalancerDnsName: loadBalancer.dnsName,
      ClusterArn: this.cluster.clusterArn,
      LogGroupName: this.logGroup.logGroupName,
      DeployRoleArn: deployRole.roleArn,
      SampleKeyAlias: sampleKeyAlias(props.secretName),
      AlarmNames: alarmNames(props.stageName).join(','),
    })) {
      new CfnOutput(this, key, { value });
    }
  }

  /** Two zones, tasks in private subnets; one NAT gateway, because an egress outage delays packages but loses none. */
  private network(stageName: string): ec2.Vpc {
    const vpc = new ec2.Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 1,
      restrictDefaultSecurityGroup: false,
      // As by default, but what is put into a public subnet by hand gets no public address by itself.
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false },
        { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      ],
    });
    const flowLogs = new logs.LogGroup(this, 'FlowLogs', {
      logGroupName: `/release/${stageName}/network`,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    vpc.addFlowLog('FlowLog', {
      destination: ec2.FlowLogDestination.toCloudWatchLogs(flowLogs),
      maxAggregationInterval: ec2.FlowLogMaxAggregationInterval.TEN_MINUTES,
    });
    return vpc;
  }
}
