import type { ExecutionLookup, SampleKeys, Starter, WorkQueues } from '../steps/contract/operator-ports.ts';
import type { Objects, SecretReader, Services, SourceHost, Stacks, Table, TargetHealth } from '../steps/contract/ports.ts';
import type { Stage } from '../steps/contract/stage.ts';
import { connect, findPipeline, type Pipeline } from './connection.ts';
import { UsageError } from './exit-codes.ts';

/** What the operator's commands see of the world, with the operator's own rights: AWS, or the rehearsal that runs here. */
export interface World {
  readonly pipeline: Pipeline;
  readonly table: Table;
  readonly stacks: Stacks;
  readonly services: Services;
  readonly objects: Objects;
  readonly secrets: SecretReader;
  readonly targetHealth: TargetHealth;
  readonly sampleKeys: SampleKeys;
  readonly workQueues: WorkQueues;
  readonly executions: ExecutionLookup;
  readonly host: SourceHost;
  readonly starter: () => Starter;
  /** Starts the machine itself: at its second entrance alone, releases come through `starter`. */
  readonly start: (name: string, input: unknown) => Promise<'started' | 'exists'>;
  /** ARN of the operator. */
  readonly caller: () => Promise<string>;
}

/** Throws UsageError when there is nothing to talk to. */
export async function openWorld(): Promise<World> {
  connect();
  // Clients are made when they are imported, and must find what `connect` said.
  const [pipeline, clients] = await Promise.all([findPipeline(), importClients()]);
  return {
    pipeline,
    ...clients.ports,
    host: clients.sourceHost(pipeline.source),
    table: clients.table(pipeline.table),
    executions: clients.executionLookup(pipeline.stateMachineArn),
    starter: () => clients.starter(pipeline.starter()),
    start: (name, input) => clients.executions(pipeline.stateMachineArn).start(name, input),
    caller: clients.callerArn,
  };
}

async function importClients() {
  const [table, stacks, services, objects, secrets, targets, keys, queues, lookup, source, starter, executions, caller] = await Promise.all(
    [
      import('../steps/clients/table.ts'),
      import('../steps/clients/stacks.ts'),
      import('../steps/clients/services.ts'),
      import('../steps/clients/objects.ts'),
      import('../steps/clients/secret-reader.ts'),
      import('../steps/clients/target-health.ts'),
      import('../steps/clients/sample-keys.ts'),
      import('../steps/clients/work-queues.ts'),
      import('../steps/clients/execution-lookup.ts'),
      import('../steps/clients/source-host.ts'),
      import('../steps/clients/starter.ts'),
      import('../steps/clients/executions.ts'),
      import('../steps/clients/caller.ts'),
    ],
  );
  const ports = {
    stacks: stacks.stacks,
    services: services.services,
    objects: objects.objects,
    secrets: secrets.secretReader,
    targetHealth: targets.targetHealth,
    sampleKeys: keys.sampleKeys,
    workQueues: queues.workQueues,
  };
  return { ports, ...source, ...table, ...lookup, ...starter, ...executions, ...caller };
}

/** Throws UsageError with the names that there are. */
export function stageNamed({ stages }: Pick<Pipeline, 'stages'>, name: string): Stage {
  const stage = stages.find((each) => each.name === name);
  if (stage) return stage;
  throw new UsageError(
    `There is no stage ${name}: expected one of ${stages.map((each) => each.name).join(', ')}. Next: npx release status`,
  );
}
