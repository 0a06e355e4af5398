import { CodeCommitClient, CommitDoesNotExistException, GetFileCommand } from '@aws-sdk/client-codecommit';
import type { SourceHost } from '../contract/ports.ts';
import { defaults } from './defaults.ts';

const client = new CodeCommitClient(defaults);

export const codeCommitHost: SourceHost = {
  /** CodeCommit has no call that resolves a tag; reading a file by a reference names the commit it was read from. */
  async commitOfTag(repositoryName, tag) {
    try {
      const input = { repositoryName, commitSpecifier: `refs/tags/${tag}`, filePath: 'package.json' };
      const { commitId } = await client.send(new GetFileCommand(input));
      return commitId ?? null;
    } catch (error) {
      if (error instanceof CommitDoesNotExistException) return null;
      throw error;
    }
  },
};
