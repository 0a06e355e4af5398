import type { SourceHost } from '../contract/ports.ts';
import type { Source } from '../contract/source.ts';
import { codeCommitHost } from './codecommit-host.ts';
import { gitHubHost } from './github-host.ts';
import { httpClient } from './http-client.ts';
import { outsideAgent } from './proxy-agent.ts';
import { secretReader } from './secret-reader.ts';

/** The host that knows which commit a tag is. */
export const sourceHost = (source: Source): SourceHost =>
  source.host === 'codecommit'
    ? codeCommitHost
    : gitHubHost({ http: httpClient(outsideAgent(process.env)), secrets: secretReader, tokenSecretName: source.tokenSecretName });
