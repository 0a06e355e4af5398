import { Duration, Stack } from 'aws-cdk-lib';
import type * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { j } from './machine-states.ts';

export interface BuildImageStateProps {
  readonly build: codebuild.IProject;
  readonly artefactsBucketName: string;
}

/** The construct for CodeBuild knows no source version, without which the default branch would be built instead of the tag. */
export function buildImageState(scope: Construct, props: BuildImageStateProps): sfn.CustomState {
  return new sfn.CustomState(scope, 'BuildImage', {
    stateJson: {
      Type: 'Task',
      Resource: `arn:${Stack.of(scope).partition}:states:::codebuild:startBuild.sync`,
      Arguments: {
        ProjectName: props.build.projectName,
        SourceVersion: j('$release.commit'),
        EnvironmentVariablesOverride: [
          { Name: 'RELEASE_TAG', Value: j('$release.tag'), Type: 'PLAINTEXT' },
          { Name: 'RELEASE_ATTEMPT', Value: j('$string($release.attempt)'), Type: 'PLAINTEXT' },
          { Name: 'RELEASE_COMMIT', Value: j('$release.commit'), Type: 'PLAINTEXT' },
        ],
        ArtifactsOverride: {
          Type: 'S3',
          Location: props.artefactsBucketName,
          Path: j("'artefacts/' & $release.tag"),
          Name: j('$string($release.attempt)'),
          NamespaceType: 'NONE',
          Packaging: 'NONE',
        },
      },
      TimeoutSeconds: Duration.minutes(65).toSeconds(),
      Assign: {
        build: {
          id: j('$states.result.Build.Id'),
          digest: j("$states.result.Build.ExportedEnvironmentVariables[Name = 'IMAGE_DIGEST'].Value"),
          logGroup: j('$states.result.Build.Logs.GroupName'),
          logStream: j('$states.result.Build.Logs.StreamName'),
        },
      },
      Output: j('{}'),
    },
  });
}

/** What the construct would have granted: the build itself, and the rule by which `.sync` hears of its end. */
export function buildImageGrants(scope: Construct, { build }: Pick<BuildImageStateProps, 'build'>): iam.PolicyStatement[] {
  const { partition, region, account } = Stack.of(scope);
  const rule = `arn:${partition}:events:${region}:${account}:rule/StepFunctionsGetEventForCodeBuildStartBuildRule`;
  return [
    new iam.PolicyStatement({
      actions: ['codebuild:StartBuild', 'codebuild:StopBuild', 'codebuild:BatchGetBuilds'],
      resources: [build.projectArn],
    }),
    new iam.PolicyStatement({ actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], resources: [rule] }),
  ];
}
