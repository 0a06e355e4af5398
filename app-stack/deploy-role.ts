import { Stack } from 'aws-cdk-lib';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

export interface DeployRoleProps {
  readonly serviceStackName: string;
  readonly cluster: ecs.Cluster;
  readonly boundary: iam.ManagedPolicy;
}

/** What CloudFormation may do when it deploys the stage's Service stack. The steps of the machine hold none of these rights. */
export class DeployRole extends iam.Role {
  constructor(scope: Construct, id: string, props: DeployRoleProps) {
    super(scope, id, {
      assumedBy: new iam.ServicePrincipal('cloudformation.amazonaws.com'),
      description: `Deploys ${props.serviceStackName}`,
    });
    const { partition, region, account } = Stack.of(scope);
    const arn = (service: string, rest: string) => `arn:${partition}:${service}:${region}:${account}:${rest}`;
    const roles = `arn:${partition}:iam::${account}:role/${props.serviceStackName}-*`;
    const services = arn('ecs', `service/${props.cluster.clusterName}/*`);
    const allow = (actions: string[], resources: string[], conditions?: Record<string, Record<string, string | string[]>>) =>
      this.addToPolicy(new iam.PolicyStatement({ actions, resources, ...(conditions && { conditions }) }));

    allow(
      [
        'ecs:CreateService',
        'ecs:UpdateService',
        'ecs:DeleteService',
        'ecs:DescribeServices',
        'ecs:TagResource',
        'ecs:ListServiceDeployments',
        'ecs:DescribeServiceDeployments',
      ],
      [services],
    );
    allow(['ecs:DescribeServiceDeployments'], [arn('ecs', `service-deployment/${props.cluster.clusterName}/*`)]);
    // The tags of the stack go onto a revision as it is registered.
    allow(['ecs:RegisterTaskDefinition', 'ecs:TagResource'], [arn('ecs', `task-definition/${props.serviceStackName}*:*`)]);
    // ECS authorises these two without a resource.
    allow(['ecs:DeregisterTaskDefinition', 'ecs:DescribeTaskDefinition'], ['*']);
    allow(['iam:CreateRole', 'iam:PutRolePolicy'], [roles], {
      StringEquals: { 'iam:PermissionsBoundary': props.boundary.managedPolicyArn },
    });
    allow(
      [
        'iam:DeleteRole',
        'iam:DeleteRolePolicy',
        'iam:GetRole',
        'iam:GetRolePolicy',
        'iam:TagRole',
        'iam:UntagRole',
        'iam:UpdateRole',
        'iam:UpdateAssumeRolePolicy',
      ],
      [roles],
    );
    allow(['iam:PassRole'], [roles], { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } });
    allow(
      [
        'elasticloadbalancing:CreateTargetGroup',
        'elasticloadbalancing:ModifyTargetGroup',
        'elasticloadbalancing:ModifyTargetGroupAttributes',
        'elasticloadbalancing:DeleteTargetGroup',
        'elasticloadbalancing:AddTags',
        'elasticloadbalancing:RemoveTags',
      ],
      [arn('elasticloadbalancing', 'targetgroup/*')],
    );
    allow(['elasticloadbalancing:CreateRule'], [arn('elasticloadbalancing', 'listener/app/*')]);
    allow(
      ['elasticloadbalancing:ModifyRule', 'elasticloadbalancing:DeleteRule', 'elasticloadbalancing:AddTags'],
      [arn('elasticloadbalancing', 'listener-rule/app/*')],
    );
    // Describe calls of both services take no resource.
    allow(
      [
        'elasticloadbalancing:DescribeTargetGroups',
        'elasticloadbalancing:DescribeTargetGroupAttributes',
        'elasticloadbalancing:DescribeRules',
        'elasticloadbalancing:DescribeListeners',
        'elasticloadbalancing:DescribeTags',
        'application-autoscaling:DescribeScalableTargets',
        'application-autoscaling:DescribeScalingPolicies',
      ],
      ['*'],
    );
    allow(
      [
        'application-autoscaling:RegisterScalableTarget',
        'application-autoscaling:DeregisterScalableTarget',
        'application-autoscaling:PutScalingPolicy',
        'application-autoscaling:DeleteScalingPolicy',
      ],
      [arn('application-autoscaling', 'scalable-target/*')],
    );
  }
}
