import type { ProjectArtifacts } from '@aws-sdk/client-codebuild';
import * as z from 'zod';
import type { Properties } from '../kernel.ts';
import { parseStrictly } from './strict-shape.ts';

// CloudFormation hands numbers and booleans on as the template spells them: both 30 and "30", true and "true".
const number = z.coerce.number();
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

const EnvironmentVariable = z.strictObject({
  Name: z.string(),
  Value: z.string(),
  Type: z.literal('PLAINTEXT', { error: 'only PLAINTEXT is supported by this stand-in' }).default('PLAINTEXT'),
});

export const Artifacts = z.discriminatedUnion('Type', [
  z.strictObject({ Type: z.literal('NO_ARTIFACTS') }),
  z.strictObject({
    Type: z.literal('S3'),
    Location: z.string(),
    Path: z.string().default(''),
    /** `/` stands for no name of its own: the files go right under the path. */
    Name: z.string().optional(),
    NamespaceType: z.enum(['NONE', 'BUILD_ID']).default('NONE'),
    Packaging: z.literal('NONE', { error: 'only NONE is supported by this stand-in' }).default('NONE'),
    OverrideArtifactName: flag.default(false),
    EncryptionDisabled: flag.optional(),
  }),
]);
export type Artifacts = z.output<typeof Artifacts>;

const repository = {
  Location: z.string(),
  BuildSpec: z.string().default('buildspec.yml'),
  GitCloneDepth: number.optional(),
};

const Project = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  ServiceRole: z.string(),
  Source: z.discriminatedUnion(
    'Type',
    [
      z.strictObject({ Type: z.literal('CODECOMMIT'), ...repository }),
      z.strictObject({
        Type: z.literal('GITHUB'),
        ...repository,
        /** Without it a build would need credentials that somebody left in the account. */
        Auth: z.strictObject({
          Type: z.literal('CODECONNECTIONS', { error: 'only CODECONNECTIONS is supported by this stand-in' }),
          Resource: z.string(),
        }),
        ReportBuildStatus: z
          .union([z.literal(false), z.literal('false')], { error: 'is not supported: GitHub is told nothing here' })
          .optional(),
      }),
    ],
    { error: 'only CODECOMMIT and GITHUB are supported by this stand-in' },
  ),
  SourceVersion: z.string().optional(),
  Artifacts,
  Environment: z.strictObject({
    Type: z.string(),
    Image: z.string(),
    ComputeType: z.string(),
    PrivilegedMode: flag.optional(),
    ImagePullCredentialsType: z.string().optional(),
    EnvironmentVariables: z.array(EnvironmentVariable).default([]),
  }),
  TimeoutInMinutes: number.min(5).max(2160).default(60),
  QueuedTimeoutInMinutes: number.default(480),
  LogsConfig: z
    .strictObject({
      CloudWatchLogs: z.strictObject({ Status: z.literal('ENABLED'), GroupName: z.string().optional(), StreamName: z.string().optional() }),
    })
    .optional(),
  Cache: z.strictObject({ Type: z.literal('NO_CACHE', { error: 'only NO_CACHE is supported by this stand-in' }) }).optional(),
  EncryptionKey: z.string().optional(),
  ConcurrentBuildLimit: number.optional(),
  Visibility: z.literal('PRIVATE').optional(),
  Tags: z.array(z.unknown()).optional(),
});

export interface Project extends z.output<typeof Project> {
  readonly Name: string;
  readonly arn: string;
  readonly createdAt: Date;
}

/** Reads `AWS::CodeBuild::Project`. Throws an Error that names each property which does not act here. */
export function parseProject(properties: Properties, name: string, arn: string, createdAt: Date): Project {
  return { ...parseStrictly(Project, properties, 'AWS::CodeBuild::Project'), Name: name, arn, createdAt };
}

/** A project whose artifacts go elsewhere for one build. The call's settings stand in place of the project's as a whole. */
export function withArtifacts(project: Project, override: ProjectArtifacts): Project {
  const given = Object.entries(override).filter(([, value]) => value !== undefined);
  const properties = Object.fromEntries(given.map(([name, value]) => [name.replace(/^./, (first) => first.toUpperCase()), value]));
  return { ...project, Artifacts: parseStrictly(Artifacts, properties, 'artifactsOverride') };
}

/** The repository's name, from the address in the project's source. */
export function repositoryName({ Type, Location }: Pick<Project['Source'], 'Type' | 'Location'>): string {
  const [form, address] =
    Type === 'GITHUB'
      ? [/^https:\/\/github\.com\/([\w-]+\/[\w.-]+?)(?:\.git)?$/, 'GitHub, https://github.com/OWNER/NAME.git']
      : [/\/v1\/repos\/([\w.-]+)$/, 'CodeCommit, https://git-codecommit.REGION.amazonaws.com/v1/repos/NAME'];
  const name = form.exec(Location)?.[1];
  if (!name) throw new Error(`${Location}: expected an address of ${address}`);
  return name;
}
