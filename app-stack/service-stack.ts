import { CfnParameter, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { StageFoundation } from './stage-foundation.ts';
import { serviceStatements } from './task-boundary.ts';

export interface ServiceStackProps extends StackProps {
  readonly foundation: StageFoundation;
  /** Registry address of the service's images, without tag or digest. */
  readonly repositoryUri: string;
  readonly repositoryArn: string;
  readonly secretName: string;
  readonly quiltStackArn: string;
  readonly dataBucketName: string;
  readonly packagerQueueArn: string;
  /** Tasks that scaling keeps at least and at most. */
  readonly minTasks: number;
  readonly maxTasks: number;
  /** Tag and attempt of the release: they label the task definition, so that a change set is never empty. */
  readonly release: { readonly tag: string; readonly attempt: string };
}

const containerPort = 5000;

/**
 * What makes ECS call a task HEALTHY: its process answers /health/live. ECS reads no HEALTHCHECK of an image, so it stands here too; exec form,
 * because the image has neither curl nor, perhaps, a shell.
 */
const aliveness: ecs.HealthCheck = {
  command: ['CMD', 'node', '/app/healthcheck.mjs'],
  // As often as ECS allows: the first pass comes before the load balancer's second, ten to twenty seconds in, so that no release waits for it.
  interval: Duration.seconds(5),
  timeout: Duration.seconds(4),
  // Half a minute of silence: a task that only pauses must live, one that hangs is of no use to anybody.
  retries: 6,
  // With the retries still within the service's grace: a start that hangs is known as such when its grace ends.
  startPeriod: Duration.seconds(20),
};

/**
 * The only stack that a release touches. No assets, no secret, no log group, no custom resource: rolling it back, even deleting it,
 * takes nothing away that tells why.
 */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    // The one parameter: what was approved is what is deployed, by digest.
    const digest = new CfnParameter(this, 'ImageDigest', {
      type: 'String',
      allowedPattern: '^sha256:[0-9a-f]{64}$',
      description: 'Digest of the image to run',
    });
    iam.PermissionsBoundary.of(this).apply(props.foundation.taskBoundary);

    const targetGroup = this.targetGroup(props);
    const rule = new elb.CfnListenerRule(this, 'Rule', {
      listenerArn: props.foundation.listener.listenerArn,
      priority: 1,
      conditions: [{ field: 'path-pattern', pathPatternConfig: { values: ['/*'] } }],
      actions: [{ type: 'forward', targetGroupArn: targetGroup.targetGroupArn }],
    });
    const service = this.service(props, this.taskDefinition(props, digest.valueAsString));
    service.attachToApplicationTargetGroup(targetGroup);
    // ECS refuses a service whose target group no listener knows.
    service.node.addDependency(rule);
    // Scaling owns the number of tasks: a DesiredCount in the template would reset a scaled-out service at each release.
    service
      .autoScaleTaskCount({ minCapacity: props.minTasks, maxCapacity: props.maxTasks })
      .scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 60 });
  }

  private targetGroup(props: ServiceStackProps): elb.ApplicationTargetGroup {
    return new elb.ApplicationTargetGroup(this, 'Targets', {
      vpc: ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
        vpcId: props.foundation.vpc.vpcId,
        availabilityZones: props.foundation.vpc.availabilityZones,
      }),
      targetType: elb.TargetType.IP,
      port: containerPort,
      protocol: elb.ApplicationProtocol.HTTP,
      deregistrationDelay: Duration.seconds(30),
      healthCheck: {
        path: '/health/ready',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
        healthyHttpCodes: '200',
      },
    });
  }

  private taskDefinition(props: ServiceStackProps, digest: string): ecs.FargateTaskDefinition {
    const definition = new ecs.FargateTaskDefinition(this, 'Task', {
      cpu: 512,
      memoryLimitMiB: 1024,
      runtimePlatform: { cpuArchitecture: ecs.CpuArchitecture.X86_64, operatingSystemFamily: ecs.OperatingSystemFamily.LINUX },
      executionRole: this.executionRole(props),
      taskRole: this.taskRole(props),
      volumes: [{ name: 'tmp' }],
    });
    const container = definition.addContainer('webhook', {
      image: ecs.ContainerImage.fromRegistry(`${props.repositoryUri}@${digest}`),
      environment: { QuiltStackARN: props.quiltStackArn, BenchlingSecret: props.secretName },
      portMappings: [{ containerPort }],
      user: '1000',
      readonlyRootFilesystem: true,
      healthCheck: aliveness,
      stopTimeout: Duration.seconds(30),
      dockerLabels: { 'release.tag': props.release.tag, 'release.attempt': props.release.attempt },
      // Blocking: ECS's default would drop the very lines that explain a crash.
      logging: ecs.LogDriver.awsLogs({ logGroup: props.foundation.logGroup, streamPrefix: 'service', mode: ecs.AwsLogDriverMode.BLOCKING }),
    });
    container.addMountPoints({ sourceVolume: 'tmp', containerPath: '/tmp', readOnly: false });
    return definition;
  }

  private executionRole(props: ServiceStackProps): iam.Role {
    const role = new iam.Role(this, 'ExecutionRole', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        resources: [props.repositoryArn],
      }),
    );
    role.addToPolicy(new iam.PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }));
    return role;
  }

  private taskRole(props: ServiceStackProps): iam.Role {
    const role = new iam.Role(this, 'TaskRole', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
    const { sampleKey, workQueue } = props.foundation;
    for (const statement of serviceStatements(this, { ...props, sampleKey, workQueue })) role.addToPolicy(statement);
    return role;
  }

  private service(props: ServiceStackProps, taskDefinition: ecs.FargateTaskDefinition): ecs.FargateService {
    const service = new ecs.FargateService(this, 'Service', {
      cluster: props.foundation.cluster,
      taskDefinition,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      assignPublicIp: false,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      // Immutable here: rules belong to the foundation.
      securityGroups: [
        ec2.SecurityGroup.fromSecurityGroupId(this, 'Tasks', props.foundation.taskSecurityGroup.securityGroupId, { mutable: false }),
      ],
      healthCheckGracePeriod: Duration.seconds(60),
      circuitBreaker: { enable: true, rollback: true },
    });
    // The backstop behind the machine's own watch, which decides at two stops; the construct knows no thresholds yet.
    const resource = service.node.defaultChild as ecs.CfnService;
    resource.addPropertyOverride('DeploymentConfiguration.DeploymentCircuitBreaker.ThresholdConfiguration', { Type: 'COUNT', Value: 5 });
    resource.addPropertyOverride('DeploymentConfiguration.DeploymentCircuitBreaker.ResetOnHealthyTask', false);
    return service;
  }
}
