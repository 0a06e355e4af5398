import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { buildSource } from './build-source.ts';
import type { SourceEntry } from './config.ts';
import type { StoresStack } from './stores-stack.ts';

export interface ImageBuildProps {
  readonly stores: StoresStack;
  readonly source: SourceEntry;
  /** Node image that the service's image is built on. */
  readonly baseImage: string;
}

/** Builds the tag's image for linux/amd64 and exports the tag's artefacts, by the buildspec of the tag itself. */
export class ImageBuild extends Construct {
  readonly project: codebuild.Project;

  constructor(scope: Construct, id: string, { stores, source, baseImage }: ImageBuildProps) {
    super(scope, id);
    const from = buildSource(this, source);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: '/release/build',
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com'),
      description: 'Builds the image of a tag',
    });
    this.project = new codebuild.Project(this, 'Project', {
      description: "Builds a tag's image and exports its artefacts",
      // Its own grants would hold wildcards of actions; what the build needs is given below, by name.
      role: role.withoutPolicyUpdates(),
      source: from.source,
      buildSpec: codebuild.BuildSpec.fromSourceFilename('build/buildspec.yml'),
      // Docker needs it; the build host is thrown away after each build.
      environment: {
        buildImage: codebuild.LinuxBuildImage.AMAZON_LINUX_2023_5,
        computeType: codebuild.ComputeType.MEDIUM,
        privileged: true,
      },
      environmentVariables: {
        REPOSITORY_URI: { value: stores.repositoryUri },
        REPOSITORY_NAME: { value: stores.repository.repositoryName },
        BASE_IMAGE: { value: baseImage },
      },
      artifacts: codebuild.Artifacts.s3({
        bucket: stores.artefacts,
        path: 'artefacts',
        includeBuildId: false,
        packageZip: false,
        encryption: true,
      }),
      logging: { cloudWatch: { logGroup } },
      timeout: Duration.minutes(30),
      queuedTimeout: Duration.minutes(30),
      grantReportGroupPermissions: false,
    });
    from.complete(this.project);
    const allow = (actions: string[], resources: string[]) => role.addToPolicy(new iam.PolicyStatement({ actions, resources }));
    for (const statement of from.grants) role.addToPolicy(statement);
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    allow(['s3:PutObject'], [stores.artefacts.arnForObjects('artefacts/*')]);
    allow(['ecr:GetAuthorizationToken'], ['*']);
    allow(
      [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:CompleteLayerUpload',
        'ecr:GetDownloadUrlForLayer',
        'ecr:InitiateLayerUpload',
        'ecr:PutImage',
        'ecr:UploadLayerPart',
      ],
      [stores.repository.repositoryArn],
    );
  }
}
