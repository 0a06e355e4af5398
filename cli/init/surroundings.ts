import type {
  Buckets,
  Certificates,
  DriftRecords,
  HostedZones,
  Limits,
  Queues,
  Repositories,
  Subscriptions,
  TagRules,
} from '../../steps/contract/operator-ports.ts';
import type { SecretReader, Stacks } from '../../steps/contract/ports.ts';
import { connect, nothingToTalkTo } from '../connection.ts';

/** What a pipeline is installed into, seen with the caller's own rights. Nothing of ours needs to stand there yet. */
export interface Surroundings {
  readonly region: string;
  /** ARN of the caller. */
  readonly caller: () => Promise<string>;
  readonly stacks: Pick<Stacks, 'describe' | 'resource' | 'template'>;
  readonly secrets: SecretReader;
  readonly buckets: Buckets;
  readonly queues: Queues;
  readonly repositories: Repositories;
  readonly subscriptions: Subscriptions;
  readonly limits: Limits;
  readonly driftRecords: DriftRecords;
  readonly certificates: Certificates;
  readonly hostedZones: HostedZones;
  readonly tagRules: TagRules;
}

/** null where there is nothing to look at: no rehearsal runs here, and the shell names no region. */
export const openSurroundings = async (): Promise<Surroundings | null> => (nothingToTalkTo() ? null : connectSurroundings());

/** Throws UsageError where there is nothing to look at. */
export async function connectSurroundings(): Promise<Surroundings> {
  connect();
  // Clients are made when they are imported, and must find what `connect` said.
  const [caller, stacks, secrets, places, repositories, subscriptions, limits, drift, certificates, zones, rules, http, proxy] =
    await Promise.all([
      import('../../steps/clients/caller.ts'),
      import('../../steps/clients/stacks.ts'),
      import('../../steps/clients/secret-reader.ts'),
      import('../../steps/clients/data-places.ts'),
      import('../../steps/clients/repositories.ts'),
      import('../../steps/clients/subscriptions.ts'),
      import('../../steps/clients/limits.ts'),
      import('../../steps/clients/drift-records.ts'),
      import('../../steps/clients/certificates.ts'),
      import('../../steps/clients/hosted-zones.ts'),
      import('../../steps/clients/tag-rules.ts'),
      import('../../steps/clients/http-client.ts'),
      import('../../steps/clients/proxy-agent.ts'),
    ]);
  return {
    region: process.env['AWS_REGION'] ?? '',
    caller: caller.callerArn,
    stacks: stacks.stacks,
    secrets: secrets.secretReader,
    buckets: places.buckets,
    queues: places.queues,
    repositories: repositories.repositories,
    subscriptions: subscriptions.subscriptions,
    limits: limits.limits,
    driftRecords: drift.driftRecords,
    certificates: certificates.certificates,
    hostedZones: zones.hostedZones,
    tagRules: rules.tagRules(http.httpClient(proxy.outsideAgent(process.env)), process.env['GITHUB_TOKEN'] ?? process.env['GH_TOKEN']),
  };
}
