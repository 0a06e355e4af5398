import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CopyOfTree, copyOfTree } from './copy-of-tree.ts';

/** What the copy's table of stages says of its source. */
export const gitHubSource = {
  host: 'github',
  repository: 'example/webhook',
  connectionArn: 'arn:aws:codeconnections:us-east-1:111122223333:connection/11111111-1111-1111-1111-111111111111',
  subject: 'repo:example@101/webhook@202',
  tokenSecretName: 'example/github',
};

/** A copy of the tree whose tags come from GitHub, and whose last stage takes no pre-release. Committed: a tag's build reads the table, too. */
export function gitHubTree(): CopyOfTree {
  const copy = copyOfTree();
  const file = join(copy.folder, 'pipeline', 'config.json');
  const { repository: _, source: _source, stages, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  const limited = stages.map((stage: object, index: number) =>
    index < stages.length - 1 ? stage : { ...stage, takesTags: ['v*', '!v*-*'] },
  );
  writeFileSync(file, `${JSON.stringify({ source: gitHubSource, ...rest, stages: limited }, null, 2)}\n`);
  copy.git(
    '-c',
    'user.name=Example',
    '-c',
    'user.email=example@example.com',
    'commit',
    '--quiet',
    '--all',
    '--message=Take tags from GitHub',
  );
  return { ...copy, commit: copy.git('rev-parse', 'HEAD') };
}
