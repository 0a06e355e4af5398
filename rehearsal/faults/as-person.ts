import type { FaultContext } from './fault.ts';

/** Settings of an SDK client by which the person at the terminal calls the rehearsal. */
export function asPerson({ environment }: Pick<FaultContext, 'environment'>) {
  const { AWS_ENDPOINT_URL: endpoint = '', AWS_REGION: region = '' } = environment;
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = environment;
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
}
