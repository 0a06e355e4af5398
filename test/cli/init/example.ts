import type { Given } from '../../../cli/init/answers.ts';
import { answerAll } from '../../../cli/init/answers.ts';
import type { Surroundings } from '../../../cli/init/surroundings.ts';
import { tableOf } from '../../../cli/init/table.ts';
import { type Config, readConfig } from '../../../pipeline/config.ts';
import type { CertificateView } from '../../../steps/contract/operator-ports.ts';
import { exampleSecret } from '../../container/builders.ts';
import { fakeSecrets } from '../../steps/fakes.ts';
import { stackView } from '../../steps/incidents.ts';

export const quiltStackArn = (stage: string) =>
  `arn:aws:cloudformation:eu-west-1:111122223333:stack/example-quilt-${stage}/00000000-0000-4000-8000-000000000001`;
export const packagerQueueArn = 'arn:aws:sqs:eu-west-1:111122223333:example-packager';

export const topicArn = 'arn:aws:sns:eu-west-1:111122223333:example-topic';
export const pinnedImage = `example.com/node@sha256:${'a'.repeat(64)}`;
export const templateOf = (stack: string) => JSON.stringify({ Description: stack, Resources: {} });

export const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/33333333-3333-3333-3333-333333333333';
/** @param days that it counts from now */
export const certificate = (changes: Partial<CertificateView> = {}, days = 90): CertificateView => ({
  status: 'ISSUED',
  names: ['*.staging.example.com', 'webhook.prod.example.com'],
  notAfter: new Date(Date.now() + (days + 0.5) * 86_400_000).toISOString(),
  renewed: true,
  ...changes,
});

/** Ports that answer otherwise. */
export type Changes = Partial<Omit<Surroundings, 'stacks'>> & { readonly stacks?: Partial<Surroundings['stacks']> };

/** The flags of a table that two stages are in: all that must be answered, and nothing else. */
export const given = (changes: Readonly<Record<string, string>> = {}): Given =>
  new Map(
    Object.entries({
      repository: 'example-webhook',
      ...Object.fromEntries(
        ['staging', 'prod'].flatMap((stage) => [
          [`secret ${stage}`, `example/${stage}`],
          [`quilt-stack ${stage}`, quiltStackArn(stage)],
          [`data-bucket ${stage}`, 'example-bucket'],
          [`packager-queue ${stage}`, packagerQueueArn],
          [`domain ${stage}`, `webhook.${stage}.example.com`],
          [`hosted-zone ${stage}`, 'Z0123456789EXAMPLE'],
          [`hosted-zone-name ${stage}`, 'example.com'],
        ]),
      ),
      ...changes,
    }),
  );

export const exampleTable = async (changes: Readonly<Record<string, string>> = {}): Promise<string> =>
  tableOf(await answerAll(given(changes), null));
export const exampleConfig = async (changes: Readonly<Record<string, string>> = {}): Promise<Config> =>
  readConfig(await exampleTable(changes));

/** What CloudFormation says of these stacks, and of no other. */
const stacks = {
  describe: async (name: string) =>
    name === 'CDKToolkit'
      ? stackView('UPDATE_COMPLETE', { name, outputs: { BootstrapVersion: '31' } })
      : stackView('UPDATE_COMPLETE', {
          name,
          stackId: name,
          lastUpdated: new Date().toISOString(),
          parameters: { BaseImage: pinnedImage },
          outputs: {
            UserAthenaDatabaseName: 'example_database',
            PackagerQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/example-packager',
            QuiltWebHost: 'catalog.example.com',
          },
        }),
  resource: async (_stack: string, type: string) => ({
    logicalId: 'Example',
    physicalId: type === 'AWS::SNS::Topic' ? topicArn : certificateArn,
    status: 'CREATE_COMPLETE',
  }),
  template: async (stack: string) => templateOf(stack),
};

/** An account where all that the table names stands already, and the pipeline too. */
export const surroundings = ({ stacks: changed, ...changes }: Changes = {}): Surroundings => ({
  region: 'eu-west-1',
  caller: async () => 'arn:aws:iam::111122223333:user/operator',
  stacks: { ...stacks, ...changed },
  secrets: fakeSecrets(JSON.stringify(exampleSecret())),
  buckets: { regionOf: async () => 'eu-west-1' },
  queues: { exists: async () => true },
  repositories: { cloneUrl: async (name) => `https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/${name}` },
  subscriptions: { of: async () => ({ confirmed: ['email you@example.com'], pending: [] }) },
  limits: { concurrency: async () => 1000 },
  driftRecords: { last: async () => ({ status: 'IN_SYNC', at: '2026-01-01T00:00:00.000Z' }) },
  certificates: { describe: async () => certificate() },
  hostedZones: { describe: async () => ({ name: 'example.com', isPrivate: false }) },
  tagRules: { of: async () => [] },
  ...changes,
});
