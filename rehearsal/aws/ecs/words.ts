/** What ECS says, in its own words: classifiers and people read them. One place, so that a change of AWS is one change here. */
import { randomUUID } from 'node:crypto';

export const taskId = (taskArn: string): string => taskArn.split('/').at(-1) ?? taskArn;

export const stopped = {
  essentialExited: 'Essential container in task exited',
  elb: (targetGroupArn: string) => `Task failed ELB health checks in (target-group ${targetGroupArn})`,
  container: 'Task failed container health checks',
  scaling: (deploymentId: string) => `Scaling activity initiated by (deployment ${deploymentId})`,
  byUser: 'Task stopped by user',
};

export const outOfMemory = 'OutOfMemoryError: Container killed due to memory usage';

/** Why a task could not be prepared: secrets, registry login, log stream. */
export const initialization = {
  registry: (cause: string) =>
    `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: ${cause} status code: 400, request id: ${randomUUID()}`,
  secret: (cause: string) =>
    `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): ${cause}`,
  missingKey: (arn: string, key: string) =>
    `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): retrieved secret from Secrets Manager did not contain json key ${key}: ${arn}`,
  logs: (cause: string) =>
    `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ${cause} : exit status 1`,
  unreachable: () =>
    'ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration. RequestError: send request failed caused by: Post "https://api.ecr.us-east-1.amazonaws.com/": dial tcp 10.0.0.1:443: i/o timeout',
  role: (arn: string) =>
    `ECS was unable to assume the role '${arn}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`,
};

export const cannotPull = (cause: string) => `CannotPullContainerError: pull image manifest has been retried 1 time(s): ${cause}`;
export const cannotStart = (cause: string) => `CannotStartContainerError: ${cause}`;
export const pullDenied = (image: string, cause: string) =>
  `failed to resolve ref ${image}: pulling from host ${image.split('/')[0]} failed with status code [manifests ${image.split(/[@:]/).slice(-2).join(':')}]: 403 Forbidden: ${cause}`;

const tasks = (arns: readonly string[]) => arns.map((arn) => `(task ${taskId(arn)})`).join(' ');

/** Service events, without the `(service NAME) ` that begins each. */
export const event = {
  started: (arns: readonly string[]) => `has started ${arns.length} tasks: ${tasks(arns)}.`,
  stopped: (arns: readonly string[]) => `has stopped ${arns.length} running tasks: ${tasks(arns)}.`,
  registered: (targetGroupArn: string) => `registered 1 targets in (target-group ${targetGroupArn})`,
  deregistered: (targetGroupArn: string) => `deregistered 1 targets in (target-group ${targetGroupArn})`,
  draining: (count: number) => `has begun draining connections on ${count} tasks.`,
  unhealthy: (port: number, targetGroupArn: string, reason: string) =>
    `(port ${port}) is unhealthy in (target-group ${targetGroupArn}) due to (reason ${reason}).`,
  containerUnhealthy: (taskArn: string) => `(task ${taskId(taskArn)}) failed container health checks.`,
  unable: (reason: string) => `was unable to place a task. Reason: ${reason}.`,
  impaired: 'is unable to consistently start tasks successfully. For more information, see the Troubleshooting section.',
  steady: 'has reached a steady state.',
  completed: (deploymentId: string) => `(deployment ${deploymentId}) deployment completed.`,
  failed: (deploymentId: string) => `(deployment ${deploymentId}) deployment failed: tasks failed to start.`,
  rollingBack: (deploymentId: string) => `rolling back to deployment ${deploymentId}.`,
};

/** Why a deployment is as it is. */
export const rollout = {
  inProgress: (id: string) => `ECS deployment ${id} in progress.`,
  completed: (id: string) => `ECS deployment ${id} completed.`,
  breaker: 'ECS deployment circuit breaker: tasks failed to start.',
  breakerRollback: (id: string) => `ECS deployment circuit breaker: rolling back to deploymentId ${id}.`,
  // Not verified against AWS: nothing may depend on this sentence.
  stopRollback: (id: string) => `ECS deployment stopped: rolling back to deploymentId ${id}.`,
};
