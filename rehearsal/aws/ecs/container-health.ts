import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import type { RunningContainer } from './executors/executor.ts';
import type { Task } from './task.ts';

// Checks start a process each: real work that a scaled interval must not multiply. Until the first pass somebody waits for them; afterwards they
// only guard, and a machine that rehearses has better things to do.
const shortestIntervalMilliseconds = 500;
const shortestGuardMilliseconds = 15_000;
const shortestTimeoutMilliseconds = 2000;
const shortestStartMilliseconds = 2000;

/**
 * Runs the health check of a task definition (ECS ignores the HEALTHCHECK of an image) until the signal; what follows from an
 * unhealthy container is the scheduler's to decide.
 */
export async function watchHealth(task: Task, container: RunningContainer, clock: Clock, signal: AbortSignal): Promise<void> {
  const { healthCheck } = task.definition.containerDefinitions[0];
  if (!healthCheck) return;
  const { command = [], interval = 30, timeout = 5, retries = 3, startPeriod = 0 } = healthCheck;
  const [form, ...words] = command;
  const inside = form === 'CMD-SHELL' ? ['/bin/sh', '-c', ...words] : form === 'CMD' ? words : ['/bin/sh', '-c', command.join(' ')];
  const graceEnds = Date.now() + (startPeriod ? Math.max(clock.milliseconds(startPeriod), shortestStartMilliseconds) : 0);
  let failures = 0;
  while (!signal.aborted) {
    const shortest = failures === 0 && task.healthStatus === 'HEALTHY' ? shortestGuardMilliseconds : shortestIntervalMilliseconds;
    await sleep(Math.max(clock.milliseconds(interval), shortest), undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const code = await container.exec(inside, Math.max(clock.milliseconds(timeout), shortestTimeoutMilliseconds));
    if (code === 0) {
      failures = 0;
      task.healthStatus = 'HEALTHY';
    } else if (Date.now() > graceEnds || task.healthStatus === 'HEALTHY') {
      failures += 1;
      if (failures >= retries) task.healthStatus = 'UNHEALTHY';
    }
  }
}
