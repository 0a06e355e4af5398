import * as sdk from '@aws-sdk/client-codecommit';
import type { Handler, Permission } from '../kernel.ts';
import { git, gitBytes, gitMaybe } from './git.ts';
import { type Repository, resolveCommit } from './repository.ts';

const $metadata = {};

/** What the operations need of the service. */
export interface Repositories {
  /** Throws RepositoryDoesNotExistException. */
  repository(name: string): Repository;
  arn(name: string): string;
  cloneUrlHttp(name: string): string;
  readonly account: string;
}

/** The read operations that a release uses. They answer from git itself. */
export function operations(repositories: Repositories): Record<string, Handler> {
  const metadata = ({ name, id, description, createdAt }: Repository) => ({
    accountId: repositories.account,
    repositoryId: id,
    repositoryName: name,
    repositoryDescription: description,
    defaultBranch: 'main',
    creationDate: createdAt,
    lastModifiedDate: createdAt,
    cloneUrlHttp: repositories.cloneUrlHttp(name),
    Arn: repositories.arn(name),
  });
  return {
    GetRepository: (input: sdk.GetRepositoryInput) => ({
      repositoryMetadata: metadata(repositories.repository(input.repositoryName ?? '')),
    }),
    GetBranch: (input: sdk.GetBranchInput) => getBranch(repositories.repository(input.repositoryName ?? ''), input.branchName ?? ''),
    GetCommit: (input: sdk.GetCommitInput) => getCommit(repositories.repository(input.repositoryName ?? ''), input.commitId ?? ''),
    GetFile: (input: sdk.GetFileInput) => getFile(repositories.repository(input.repositoryName ?? ''), input),
  };
}

export function permissions(repositories: Repositories): Record<string, (input: { repositoryName?: string }) => Permission[]> {
  const read = (operation: string) => (input: { repositoryName?: string }) => [
    { action: `codecommit:${operation}`, resource: repositories.arn(input.repositoryName ?? '') },
  ];
  return Object.fromEntries(['GetRepository', 'GetBranch', 'GetCommit', 'GetFile'].map((name) => [name, read(name)]));
}

async function getBranch(repository: Repository, branchName: string) {
  const commitId = await resolveCommit(repository, `refs/heads/${branchName}`);
  if (!commitId) throw new sdk.BranchDoesNotExistException({ message: `Branch ${branchName} does not exist`, $metadata });
  return { branch: { branchName, commitId } };
}

async function getCommit(repository: Repository, commitId: string) {
  // Unlike GetFile, GetCommit takes a full id only.
  if (!/^[0-9a-f]{40}$/.test(commitId)) {
    throw new sdk.InvalidCommitIdException({ message: `The specified commit ID is not valid: ${commitId}`, $metadata });
  }
  if (!(await resolveCommit(repository, commitId))) {
    throw new sdk.CommitIdDoesNotExistException({ message: `Could not find commit: ${commitId}`, $metadata });
  }
  const format = ['%T', '%P', '%an', '%ae', '%ad', '%cn', '%ce', '%cd', '%B'].join('%x00');
  const text = await git(['show', '--no-patch', '--date=raw', `--format=${format}`, commitId], repository.directory);
  const [treeId, parents = '', an, ae, ad, cn, ce, cd, message = ''] = text.split('\0');
  return {
    commit: {
      commitId,
      treeId,
      parents: parents.split(' ').filter(Boolean),
      message: `${message.trimEnd()}\n`,
      author: { name: an, email: ae, date: ad },
      committer: { name: cn, email: ce, date: cd },
      additionalData: '',
    },
  };
}

async function getFile(repository: Repository, { commitSpecifier = 'refs/heads/main', filePath = '' }: sdk.GetFileInput) {
  const commitId = await resolveCommit(repository, commitSpecifier);
  if (!commitId) throw new sdk.CommitDoesNotExistException({ message: `Could not find commit: ${commitSpecifier}`, $metadata });
  const path = filePath.replace(/^\//, '');
  const entry = await gitMaybe(['ls-tree', '--full-tree', commitId, '--', path], repository.directory);
  const [, mode, blobId] = /^(\d+) blob (\w+)\t/.exec(entry ?? '') ?? [];
  if (!blobId) throw new sdk.FileDoesNotExistException({ message: `Could not find path ${filePath}`, $metadata });
  const fileContent = await gitBytes(['cat-file', 'blob', blobId], repository.directory);
  const fileMode = mode === '100755' ? 'EXECUTABLE' : mode === '120000' ? 'SYMLINK' : 'NORMAL';
  return { commitId, blobId, filePath: path, fileMode, fileSize: fileContent.length, fileContent };
}
