import { request } from 'node:http';
import type { Hooks } from '../kernel.ts';
import type { Target, TargetHealth } from './target-group.ts';

type Failure = Pick<TargetHealth, 'reason' | 'description'>;

/** Asks a target once. @returns nothing when it passed, else why it did not, in the load balancer's words */
export async function check(
  target: Target,
  path: string,
  timeoutMilliseconds: number,
  expected: (status: number) => boolean,
  hooks: Hooks,
): Promise<Failure | undefined> {
  const { image, serviceName } = target;
  const answered = hooks.response?.({ path, method: 'GET', healthCheck: true, image, serviceName });
  const status = answered?.status ?? (await ask(target.address, path, timeoutMilliseconds));
  if (status === 'timeout') return { reason: 'Target.Timeout', description: 'Request timed out' };
  if (status === 'refused') return { reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };
  if (expected(status)) return undefined;
  return { reason: 'Target.ResponseCodeMismatch', description: `Health checks failed with these codes: [${status}]` };
}

function ask(address: string, path: string, timeout: number): Promise<number | 'timeout' | 'refused'> {
  return new Promise((resolve) => {
    const headers = { 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' };
    const asked = request(`http://${address}${path}`, { headers, agent: false, signal: AbortSignal.timeout(timeout) }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.once('error', (error) => resolve(error.name === 'AbortError' || error.name === 'TimeoutError' ? 'timeout' : 'refused'));
    asked.end();
  });
}
