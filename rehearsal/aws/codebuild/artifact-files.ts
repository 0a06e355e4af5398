import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Artifacts } from './project.ts';

type S3Artifacts = Artifacts & { Type: 'S3' };

/** Names that a place may be made of. */
export interface ArtifactNames {
  readonly project: string;
  /** UUID of the build. */
  readonly build: string;
  /** `artifacts.name` of the buildspec, where it has one. */
  readonly buildspec?: string;
}

/** Uploads the files that the buildspec's patterns name. @returns ARN of the place. Throws when nothing matches. */
export async function uploadArtifacts(
  client: S3Client,
  artifacts: S3Artifacts,
  names: ArtifactNames,
  directory: string,
  patterns: readonly string[],
): Promise<string> {
  const prefix = artifactPrefix(artifacts, names);
  const files = matchingFiles(directory, patterns);
  if (files.length === 0) throw new Error('no matching artifact paths found');
  try {
    for (const file of files) {
      const Key = [prefix, file].filter(Boolean).join('/');
      // Whole, not as a stream: artifacts are small here, and a stream cannot be sent again after a throttled call.
      await client.send(new PutObjectCommand({ Bucket: artifacts.Location, Key, Body: readFileSync(join(directory, file)) }));
    }
  } finally {
    client.destroy();
  }
  return `arn:aws:s3:::${[artifacts.Location, prefix].filter(Boolean).join('/')}`;
}

/** The files of a directory that match any of the patterns: relative paths with `/`, sorted. */
export function matchingFiles(directory: string, patterns: readonly string[]): string[] {
  const expressions = patterns.map(expressionOf);
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(directory, path)).isFile())
    .map((path) => path.split(sep).join('/'))
    .filter((path) => expressions.some((expression) => expression.test(path)))
    .sort();
}

/** Path, build id when asked for, and name, without a slash at either end. */
export function artifactPrefix(artifacts: S3Artifacts, names: ArtifactNames): string {
  const name = (artifacts.OverrideArtifactName && names.buildspec) || (artifacts.Name ?? names.project);
  return [artifacts.Path, artifacts.NamespaceType === 'BUILD_ID' ? names.build : '', name]
    .map((part) => part.replace(/^\/+|\/+$/g, ''))
    .filter(Boolean)
    .join('/');
}

/** `**` spans folders, `*` and `?` stay within one. */
function expressionOf(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (token) => {
    if (token === '**/') return '(?:.*/)?';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    return token === '?' ? '[^/]' : `\\${token}`;
  });
  return new RegExp(`^${source}$`);
}
