import { CodeCommitClient, GetRepositoryCommand, RepositoryDoesNotExistException } from '@aws-sdk/client-codecommit';
import type { Repositories } from '../contract/operator-ports.ts';
import { defaults } from './defaults.ts';

const client = new CodeCommitClient(defaults);

export const repositories: Repositories = {
  async cloneUrl(repositoryName) {
    try {
      const { repositoryMetadata } = await client.send(new GetRepositoryCommand({ repositoryName }));
      return repositoryMetadata?.cloneUrlHttp ?? '';
    } catch (error) {
      if (error instanceof RepositoryDoesNotExistException) return null;
      throw error;
    }
  },
};
