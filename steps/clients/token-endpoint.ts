import { ReleaseError } from '../contract/errors.ts';
import type { TokenEndpoint } from '../contract/ports.ts';
import { httpClient } from './http-client.ts';
import { outsideAgent } from './proxy-agent.ts';

const http = httpClient(outsideAgent(process.env));

export const tokenEndpoint: TokenEndpoint = {
  async probe(tenant, clientId, clientSecret) {
    const url = `https://${tenant}.benchling.com/api/v2/token`;
    const { status } = await http.request({
      method: 'POST',
      url,
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
      timeoutSeconds: 5,
    });
    if (status === 200) return;
    // The answer's body is left alone: it holds a token, or repeats what was sent.
    if ([400, 401, 403].includes(status)) {
      throw new ReleaseError('CredentialsRejected', `Benchling's token endpoint ${url} answered ${status}; expected 200.`);
    }
    throw new Error(`Benchling's token endpoint ${url} answered ${status}; expected 200.`);
  },
};
