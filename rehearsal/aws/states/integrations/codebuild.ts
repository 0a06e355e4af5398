import type { Json } from '../../../engine/definition.ts';
import { StatesError } from '../../../engine/errors.ts';
import type { TaskCall } from '../../../engine/visit.ts';
import type { World } from '../../kernel.ts';
import type { SdkClients } from './sdk-clients.ts';

type Build = { readonly Id: string; readonly BuildStatus: string } & Record<string, Json>;

// Seconds of AWS time between looks. AWS is woken by an event.
const POLL_SECONDS = 1;
// However short that is: a build is real work, and looks that are closer together cost it more than they tell. Real seconds.
const SHORTEST_POLL = 0.25;

export async function startBuild(clients: SdkClients, { arguments: args, roleArn, signal }: TaskCall): Promise<Json> {
  return clients.call({ service: 'codebuild', operation: 'StartBuild', roleArn, signal, optimized: true }, args);
}

/** `codebuild:startBuild.sync`: ends with the build. A build that nobody waits for any more is stopped. */
export async function runBuild(world: World, clients: SdkClients, call: TaskCall): Promise<Json> {
  const started = (await startBuild(clients, call)) as { Build: Build };
  call.submitted(started);
  const { Id } = started.Build;
  const poll = Math.max(POLL_SECONDS, SHORTEST_POLL / world.clock.scale);
  try {
    for (;;) {
      await world.clock.wait(poll, call.signal);
      const build = await look(clients, call, Id);
      if (build.BuildStatus === 'SUCCEEDED') return { Build: build };
      if (build.BuildStatus !== 'IN_PROGRESS') throw new StatesError('States.TaskFailed', JSON.stringify({ Build: build }));
    }
  } catch (error) {
    if (call.signal.aborted) await stop(world, clients, call.roleArn, Id);
    throw error;
  }
}

async function look(clients: SdkClients, { roleArn, signal }: TaskCall, Id: string): Promise<Build> {
  const operation = { service: 'codebuild', operation: 'BatchGetBuilds', roleArn, signal, optimized: true };
  const { Builds } = (await clients.call(operation, { Ids: [Id] })) as { Builds?: Build[] };
  const build = Builds?.[0];
  if (!build) throw new StatesError('States.TaskFailed', `The build ${Id} does not exist any more.`);
  return build;
}

/** AWS tries this and does not tell when it fails; the state's own outcome is decided already. */
async function stop(world: World, clients: SdkClients, roleArn: string, Id: string): Promise<void> {
  const signal = new AbortController().signal;
  await clients
    .call({ service: 'codebuild', operation: 'StopBuild', roleArn, signal, optimized: true }, { Id })
    .catch((error: Error) => world.log(`states: the build ${Id} could not be stopped: ${error.message}`));
}
