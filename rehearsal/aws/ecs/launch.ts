import type { Principal, World } from '../kernel.ts';
import type { EcsCollaborators } from './collaborators.ts';
import { PullError, type RunningContainer } from './executors/executor.ts';
import { freePort } from './free-port.ts';
import { injectSecrets } from './inject-secrets.ts';
import type { Task } from './task.ts';
import { architectureOf, type Container } from './task-definition.ts';
import { TaskFailure } from './task-failure.ts';
import { cannotPull, cannotStart, initialization, pullDenied, taskId } from './words.ts';

export interface Launched {
  readonly container: RunningContainer;
  readonly port: number;
}

const tasksService = 'ecs-tasks.amazonaws.com';

/**
 * Brings a task's container up, in the order of Fargate: registry login, secrets, log stream, image, process. Each step is done
 * as the execution role. Throws TaskFailure with the reason that DescribeTasks will show.
 * @param signal aborted when the task is asked to stop
 * @returns undefined when that was before a process ran
 */
export async function launch(task: Task, world: World, with_: EcsCollaborators, signal: AbortSignal): Promise<Launched | undefined> {
  const { definition } = task;
  const container = definition.containerDefinitions[0];
  const port = await freePort();
  const role = definition.executionRoleArn ? await assume(definition.executionRoleArn, task, with_) : undefined;
  await mayPull(container.image, role, with_);
  const secrets = await injectSecrets(container, role, with_);
  const stream = await logStream(container, task, role, with_);
  const environment = { ...(await platform(task, world, with_)), ...given(container, task), ...secrets, PORT: String(port) };
  const command = task.overrides.command ?? container.command;
  if (signal.aborted) return undefined;
  const instead = await hooked(task, world, { image: container.image, command: command ?? [], environment, signal });
  if (signal.aborted) return undefined;
  try {
    const running = await with_.executor.start({
      taskArn: task.arn,
      image: container.image,
      command: instead?.command ?? command,
      entryPoint: instead?.command ? [] : container.entryPoint,
      environment,
      port,
      user: container.user,
      readonlyRoot: container.readonlyRootFilesystem,
      scratch: (container.mountPoints ?? []).flatMap(({ containerPath, readOnly }) => (containerPath && !readOnly ? [containerPath] : [])),
      architecture: instead?.architecture ?? architectureOf(definition),
      cpu: Number(definition.cpu) || container.cpu,
      memory: instead?.memory ?? (Number(definition.memory) || container.memory),
    });
    running.onLine((line) => stream && with_.logs.put(stream.group, stream.name, line));
    return { container: running, port };
  } catch (error) {
    const message = (error as Error).message;
    throw new TaskFailure(error instanceof PullError ? cannotPull(message) : cannotStart(message), { cause: error });
  }
}

async function assume(roleArn: string, task: Task, { iam }: EcsCollaborators): Promise<Principal> {
  try {
    return await iam.assume(roleArn, tasksService, taskId(task.arn));
  } catch (cause) {
    throw new TaskFailure(initialization.role(roleArn), { cause });
  }
}

async function mayPull(image: string, role: Principal | undefined, { iam, ecr }: EcsCollaborators): Promise<void> {
  const [, repository] = /^[^/]+\/([^@:]+)/.exec(image) ?? [];
  if (!role || !image.startsWith(`${ecr.address}/`) || !repository) return;
  await iam.authorize(role, { action: 'ecr:GetAuthorizationToken', resource: '*' })?.catch((cause: Error) => {
    throw new TaskFailure(initialization.registry(cause.message), { cause });
  });
  for (const action of ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage']) {
    await iam.authorize(role, { action, resource: ecr.arn(repository) })?.catch((cause: Error) => {
      throw new TaskFailure(cannotPull(pullDenied(image, cause.message)), { cause });
    });
  }
}

async function logStream(container: Container, task: Task, role: Principal | undefined, { iam, logs }: EcsCollaborators) {
  const options = container.logConfiguration?.options;
  const group = options?.['awslogs-group'];
  if (!group) return undefined;
  const prefix = options?.['awslogs-stream-prefix'];
  const name = prefix ? `${prefix}/${container.name}/${taskId(task.arn)}` : taskId(task.arn);
  const resource = `${task.arn.replace(/:ecs:/, ':logs:').replace(/:task\/.*/, '')}:log-group:${group}:log-stream:${name}`;
  for (const action of role ? ['logs:CreateLogStream', 'logs:PutLogEvents'] : []) {
    await iam.authorize(role!, { action, resource })?.catch((cause: Error) => {
      throw new TaskFailure(initialization.logs(`AccessDeniedException: ${cause.message}`), { cause });
    });
  }
  if (logs.hasGroup && !logs.hasGroup(group)) {
    throw new TaskFailure(initialization.logs('ResourceNotFoundException: The specified log group does not exist.'));
  }
  return { group, name };
}

/** What ECS and the stand-in give every container: where AWS is, and who the task is there. */
async function platform(task: Task, world: World, { iam }: EcsCollaborators): Promise<Record<string, string>> {
  const { taskRoleArn } = task.definition;
  const credentials = taskRoleArn
    ? await iam.credentials(taskRoleArn, tasksService, taskId(task.arn)).catch((cause: Error) => {
        throw new TaskFailure(initialization.role(taskRoleArn), { cause });
      })
    : {};
  return {
    ...world.platform?.(),
    AWS_REGION: world.region,
    AWS_DEFAULT_REGION: world.region,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_ENDPOINT_URL: world.endpoint(),
    // The SDK's notice about this machine's Node would stand in the service's log.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...credentials,
  };
}

function given(container: Container, task: Task): Record<string, string> {
  const pairs = [...(container.environment ?? []), ...(task.overrides.environment ?? [])];
  return Object.fromEntries(pairs.map(({ name = '', value = '' }) => [name, value]));
}

/** Lets a fault change the start, or refuse it. */
async function hooked(
  task: Task,
  world: World,
  start: { image: string; command: string[]; environment: Record<string, string>; signal: AbortSignal },
) {
  const instead = await world.hooks.container?.({ taskArn: task.arn, serviceName: task.serviceName, ...start });
  if (instead && 'stopCode' in instead) throw new TaskFailure(instead.stoppedReason, { stopCode: instead.stopCode });
  return instead;
}
