import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { S3Client } from '@aws-sdk/client-s3';
import type { CloudEvent, Permission, Principal, World } from '../kernel.ts';
import { uploadArtifacts } from './artifact-files.ts';
import { BuildLog } from './build-log.ts';
import type { BuildRecord } from './build-record.ts';
import { type Project, repositoryName } from './project.ts';
import type { BuildSite } from './run-build.ts';
import { toolPath } from './tools.ts';

type Credentials = Readonly<Record<'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_SESSION_TOKEN', string>>;

export interface CodeBuildCollaborators {
  readonly sources: {
    arn(repository: string): string;
    checkout(repository: string, version: string, into: string): Promise<string>;
  };
  /** What is reached through a connection: GitHub. @default - nothing */
  readonly connected?: { checkout(repository: string, version: string, into: string): Promise<string> };
  readonly iam: {
    assume(roleArn: string, via: string): Promise<Principal>;
    authorize(principal: Principal, permission: Permission): Promise<void>;
    credentials(roleArn: string, via: string, session?: string): Promise<Credentials>;
  };
  emit(event: CloudEvent): void | Promise<void>;
  /** The checkout whose installed packages `npm ci` may reuse. */
  readonly packages: string;
  /** Folders of commands put in front of the host's, e.g. of a `docker` that needs no daemon. @default none */
  readonly tools?: readonly string[];
  /** Variables of the platform that every build sees: the way to the outside world, where images are kept. @default none */
  environment?(): Readonly<Record<string, string>>;
}

const via = 'codebuild.amazonaws.com';

/** Lays out what one build needs. Everything it does to AWS, log lines and artifacts too, is done as the project's role. */
export async function openSite(
  world: World,
  { sources, connected, iam, packages, tools = [], environment }: CodeBuildCollaborators,
  project: Project,
  record: BuildRecord,
  signal: AbortSignal,
): Promise<BuildSite> {
  const { build } = record;
  const credentials = await iam.credentials(project.ServiceRole, via, `AWSCodeBuild-${record.uuid}`);
  const client = {
    endpoint: world.endpoint(),
    region: world.region,
    credentials: {
      accessKeyId: credentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: credentials.AWS_SECRET_ACCESS_KEY,
      sessionToken: credentials.AWS_SESSION_TOKEN,
    },
  };
  const home = takeHost(world.home);
  const host = join(world.home, 'hosts', basename(home));
  return {
    record,
    home,
    source: join(host, 'src'),
    temporary: join(host, 'temporary'),
    signal,
    log: new BuildLog(new CloudWatchLogsClient(client), build.logs?.groupName ?? '', build.logs?.streamName ?? ''),
    checkout: async (directory) => {
      const repository = repositoryName(project.Source);
      const version = build.sourceVersion ?? 'refs/heads/main';
      const role = await iam.assume(project.ServiceRole, via);
      if (project.Source.Type === 'CODECOMMIT') {
        await iam.authorize(role, { action: 'codecommit:GitPull', resource: sources.arn(repository) });
        return sources.checkout(repository, version, directory);
      }
      // The connection hands out a token of GitHub's to who may have one.
      const { Resource: resource } = project.Source.Auth;
      for (const action of ['GetConnection', 'GetConnectionToken'])
        await iam.authorize(role, { action: `${resource.split(':')[2]}:${action}`, resource });
      if (!connected) throw new Error(`${repository}: GitHub is not reached from here`);
      return connected.checkout(repository, version, directory);
    },
    environment: ({ source, home: own, temporary, commit }) => ({
      ...environment?.(),
      AWS_ENDPOINT_URL: world.endpoint(),
      AWS_REGION: world.region,
      AWS_DEFAULT_REGION: world.region,
      ...credentials,
      ...codebuildVariables(record, source, commit),
      ...Object.fromEntries((build.environment?.environmentVariables ?? []).map(({ name, value }) => [name, value ?? ''])),
      PATH: toolPath(join(home, 'tools'), packages, tools),
      HOME: own,
      TMPDIR: temporary,
    }),
    upload: async (directory, spec, name) => {
      if (project.Artifacts.Type !== 'S3') throw new Error('the buildspec has artifacts, the project has nowhere to put them');
      const names = { project: project.Name, build: record.uuid, buildspec: name };
      return uploadArtifacts(new S3Client(client), project.Artifacts, names, directory, spec.files);
    },
  };
}

/**
 * The first folder in which nothing is built: a later build works where an earlier one did. CodeBuild begins each with nothing; here that is
 * a sixth of what a build takes. What it may find is harmless: the source is brought to its commit, and compiled files are kept under their
 * content.
 */
function takeHost(folder: string): string {
  for (let number = 1; ; number += 1) {
    const host = join(folder, `build-${number}`);
    try {
      mkdirSync(host);
      return host;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function codebuildVariables({ build }: BuildRecord, source: string, commit: string): Record<string, string> {
  return {
    CODEBUILD_BUILD_ARN: build.arn,
    CODEBUILD_BUILD_ID: build.id,
    CODEBUILD_BUILD_IMAGE: build.environment?.image ?? '',
    CODEBUILD_BUILD_NUMBER: String(build.buildNumber),
    CODEBUILD_CI: 'true',
    CODEBUILD_INITIATOR: build.initiator ?? '',
    CODEBUILD_LOG_PATH: build.logs?.streamName ?? '',
    CODEBUILD_RESOLVED_SOURCE_VERSION: commit,
    CODEBUILD_SOURCE_REPO_URL: build.source?.location ?? '',
    CODEBUILD_SOURCE_VERSION: build.sourceVersion ?? '',
    CODEBUILD_SRC_DIR: source,
    CODEBUILD_START_TIME: String(build.startTime?.getTime() ?? ''),
  };
}
