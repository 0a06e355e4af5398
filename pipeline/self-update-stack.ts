import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack, type StackProps, type Stage } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CodeBuildStep, CodePipeline, CodePipelineSource } from 'aws-cdk-lib/pipelines';
import type { Construct } from 'constructs';
import { Boundary } from './boundary.ts';

export interface SelfUpdateStackProps extends StackProps {
  /** The stacks that are kept current, complete: they are synthesized when this stack is made. */
  readonly stage: Stage;
  /** Where main is read. */
  readonly source: UpdateSource;
  /** Names of the stacks that nothing but CloudFormation's own role may change. */
  readonly keptStacks: readonly string[];
}

export type UpdateSource =
  | { readonly host: 'codecommit'; readonly repository: string }
  /** By a CodeConnections connection, which people have confirmed. @param repository `owner/name` */
  | { readonly host: 'github'; readonly repository: string; readonly connectionArn: string };

/** Versions of the tools that CDK Pipelines installs in its builds: it would take the newest, which nobody has tried. */
const { dependencies } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
const cdkAssetsVersion = '4.7.3';

/** Keeps the pipeline's stacks current from main: checked, synthesized, this pipeline itself first, then the others. Service stacks are releases'. */
export class SelfUpdateStack extends Stack {
  constructor(scope: Construct, id: string, { stage, source, keptStacks, ...props }: SelfUpdateStackProps) {
    super(scope, id, props);
    // It takes on CDK's bootstrap roles, which deploy; its own roles change nothing.
    iam.PermissionsBoundary.of(this).apply(new Boundary(this, 'Boundary', { stacks: [id, ...keptStacks], assumes: true }));
    const pipeline = new CodePipeline(this, 'Pipeline', {
      // Without a push it costs nothing; of the first type each costs a dollar a month.
      pipelineType: PipelineType.V2,
      // One account: no key of its own, which would cost a dollar a month and be one more thing to lose.
      crossAccountKeys: false,
      artifactBucket: this.artifacts(),
      cliVersion: dependencies['aws-cdk'],
      cdkAssetsCliVersion: cdkAssetsVersion,
      // One build for all bundles: they are small, and a build costs by the minute that it takes to start.
      publishAssetsInParallel: false,
      synth: new CodeBuildStep('Synth', {
        input: this.source(source),
        // What does not pass is not deployed: a change of a policy that a test would have caught is the next release's failure.
        commands: ['npm ci', 'npm run check', `npx cdk synth --quiet --context ${selfUpdateContext}=true`],
        partialBuildSpec: codebuild.BuildSpec.fromObject({ phases: { install: { 'runtime-versions': { nodejs: 22 } } } }),
        buildEnvironment: { computeType: codebuild.ComputeType.LARGE },
        timeout: Duration.hours(1),
      }),
      codeBuildDefaults: {
        buildEnvironment: { buildImage: codebuild.LinuxBuildImage.AMAZON_LINUX_2023_5 },
        logging: { cloudWatch: { logGroup: this.logGroup() } },
      },
    });
    pipeline.addStage(stage);
    pipeline.buildPipeline();
  }

  /** A clone, not an archive: the tests make copies of the tree by git. */
  private source(source: UpdateSource): CodePipelineSource {
    if (source.host === 'codecommit') {
      const repository = codecommit.Repository.fromRepositoryName(this, 'Source', source.repository);
      return CodePipelineSource.codeCommit(repository, branch, { codeBuildCloneOutput: true });
    }
    const { repository, connectionArn } = source;
    return CodePipelineSource.connection(repository, branch, { connectionArn, codeBuildCloneOutput: true });
  }

  /** What is handed from action to action: worth nothing when the next push has been deployed. */
  private artifacts(): s3.Bucket {
    return new s3.Bucket(this, 'Artifacts', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  private logGroup(): logs.LogGroup {
    return new logs.LogGroup(this, 'Logs', {
      logGroupName: '/release/self-update',
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}

const branch = 'main';
/** `--context self-update=true` makes this stack, and the pipeline's stacks below it instead of by themselves. */
export const selfUpdateContext = 'self-update';
