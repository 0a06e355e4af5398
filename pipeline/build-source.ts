import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { GitHubEntry, SourceEntry } from './config.ts';

/** Where a build finds the tag's commit, and what it needs for that. */
export interface BuildSource {
  readonly source: codebuild.ISource;
  readonly grants: readonly iam.PolicyStatement[];
  /** What the construct for projects has no property for. */
  complete(project: codebuild.Project): void;
}

/** The commit itself comes with each build, as its source version. */
export const buildSource = (scope: Construct, source: SourceEntry): BuildSource =>
  source.host === 'codecommit' ? fromCodeCommit(scope, source.repository) : fromGitHub(source);

function fromCodeCommit(scope: Construct, name: string): BuildSource {
  const repository = codecommit.Repository.fromRepositoryName(scope, 'Source', name);
  return {
    source: codebuild.Source.codeCommit({ repository }),
    grants: [new iam.PolicyStatement({ actions: ['codecommit:GitPull'], resources: [repository.repositoryArn] })],
    complete() {},
  };
}

function fromGitHub({ repository, connectionArn }: GitHubEntry): BuildSource {
  const [owner = '', repo = ''] = repository.split('/');
  // The ARN's service: connections that are older than the name CodeConnections keep their first one, in actions too.
  const service = connectionArn.split(':')[2];
  return {
    // Without a webhook: builds are started by the machine alone. Without a status: the workflow's token may write nothing to GitHub, nor may we.
    source: codebuild.Source.gitHub({ owner, repo, reportBuildStatus: false }),
    grants: [
      new iam.PolicyStatement({ actions: [`${service}:GetConnection`, `${service}:GetConnectionToken`], resources: [connectionArn] }),
    ],
    complete(project) {
      const resource = project.node.defaultChild as codebuild.CfnProject;
      resource.addPropertyOverride('Source.Auth', { Type: 'CODECONNECTIONS', Resource: connectionArn });
    },
  };
}
