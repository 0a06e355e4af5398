import { type Credentials, Iam } from '../../rehearsal/aws/iam/iam.ts';
import type { Hooks, Provisioning, Service } from '../../rehearsal/aws/kernel.ts';
import { createWire, type Wire } from '../../rehearsal/aws/wire/server.ts';
import { type ExampleWorld, exampleWorld } from './example-world.ts';

/** Where a provisioner works, for tests that call one themselves. */
export const at = (logicalId: string): Provisioning => ({
  stackName: 'Example',
  stackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/Example/00000000-0000-4000-8000-000000000000',
  logicalId,
  signal: new AbortController().signal,
  tags: {},
});

export interface StandIn<T> {
  readonly world: ExampleWorld;
  /** Faults may be set at any time. */
  readonly hooks: { -readonly [K in keyof Hooks]: Hooks[K] };
  readonly iam: Iam;
  readonly wire: Wire;
  readonly parts: T;
  /** What a client is made with, to call as the operator or as the holder of the credentials. */
  client(credentials?: Credentials): { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  stop(): Promise<void>;
}

/** Serves some services on a wire of their own. @param scale of its clock; larger where a test must be quicker than a deadline of AWS's */
export async function startStandIn<T extends Record<string, { readonly service: Service }>>(
  build: (world: ExampleWorld, iam: Iam) => T,
  scale?: number,
): Promise<StandIn<T>> {
  const hooks = {};
  const world = exampleWorld(hooks, scale);
  const iam = new Iam(world);
  const parts = build(world, iam);
  const wire = createWire(world, iam, [iam.service, ...Object.values(parts).map(({ service }) => service)]);
  const endpoint = await wire.listen();
  world.listensAt(endpoint);
  return {
    world,
    hooks,
    iam,
    wire,
    parts,
    client: ({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = iam.operatorCredentials()) => ({
      endpoint,
      region: world.region,
      credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
    }),
    async stop() {
      await wire.close();
      world.remove();
    },
  };
}
