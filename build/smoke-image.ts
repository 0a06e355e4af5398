import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { config } from '../pipeline/configured.ts';
import { ServiceCloud } from '../rehearsal/aws/service-cloud.ts';
import { Clock } from '../rehearsal/clock.ts';
import { OutsideWorld } from '../rehearsal/world/outside-world.ts';
import { placeOf } from '../rehearsal/world/quilt.ts';
import { docker } from './docker.ts';

/** How long the service may take to be ready; seconds. Ten times what it needs on two cores. */
const patience = 15;

/**
 * Starts the image as ECS would and asks it who it is, against stand-ins of AWS and of the outside world that run inside this build, with example
 * secrets. Rejects with `ImageBootFailed: …` after printing the container's last lines: Diagnose reads them in the build's log.
 */
export async function smokeImage(image: string, version: string): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'smoke-'));
  const world = await OutsideWorld.start(home);
  const [stage] = config.stages;
  const cloud = new ServiceCloud({ home, ...placeOf(stage!.quiltStackArn), clock: new Clock() });
  const endpoint = await cloud.start();
  try {
    await world.playStage(cloud, stage!);
    await startAndAsk(image, version, {
      QuiltStackARN: stage!.quiltStackArn,
      BenchlingSecret: stage!.secretName,
      AWS_REGION: cloud.world.region,
      AWS_ENDPOINT_URL: endpoint,
      // Nothing of a smoke test reaches the real Benchling; the proxy's certificates are not known to the container, which must be ready all the same.
      HTTPS_PROXY: world.environment()['HTTPS_PROXY'] ?? '',
      NO_PROXY: world.environment()['NO_PROXY'] ?? '',
      ...cloud.iam.operatorCredentials(),
    });
  } finally {
    await cloud.stop();
    await world.stop();
    await rm(home, { recursive: true, force: true });
  }
}

async function startAndAsk(image: string, version: string, env: Record<string, string>): Promise<void> {
  const name = `smoke-${process.pid}`;
  const port = await freePort();
  const variables = { ...env, PORT: String(port) };
  const passed = Object.keys(variables).flatMap((variable) => ['--env', variable]);
  const over = new AbortController();
  try {
    await docker(
      ['run', '--detach', '--name', name, '--network', 'host', '--read-only', '--tmpfs', '/tmp', '--user', '1000', ...passed, image],
      { env: variables },
    );
    // An image that ends by itself is not waited for.
    const ended = docker(['wait', name]).then((code) => Promise.reject(new Error(`the container ended with exit code ${code.trim()}`)));
    await Promise.race([ask(`http://127.0.0.1:${port}`, version, over.signal), ended]);
    await checkHealth(image, name);
  } catch (error) {
    await docker(['logs', '--tail', '50', name]).catch(() => {});
    throw new Error(`ImageBootFailed: ${(error as Error).message}`, { cause: error });
  } finally {
    over.abort();
    await docker(['rm', '--force', name]).catch(() => {});
  }
}

/** Runs the image's own health check, which is the task definition's too: ECS stops every task in which it fails. */
async function checkHealth(image: string, name: string): Promise<void> {
  const shown = await docker(['image', 'inspect', '--format', '{{json .Config.Healthcheck.Test}}', image]);
  const [form, ...command] = JSON.parse(shown) as string[];
  if (form !== 'CMD') throw new Error(`its health check is of the form ${form}, expected CMD: the image need not have a shell`);
  await docker(['exec', name, ...command]).catch((error: Error) => {
    throw new Error(`its health check ${command.join(' ')} fails beside a service that answers: ${error.message}`);
  });
}

async function ask(url: string, version: string, signal: AbortSignal): Promise<void> {
  let last = 'nothing listens';
  for (const end = Date.now() + patience * 1000; ; await sleep(100, undefined, { signal })) {
    if (Date.now() > end) throw new Error(`/health/ready did not answer 200 within ${patience} s: ${last}`);
    const answer = await fetch(`${url}/health/ready`, { signal }).catch(() => null);
    if (answer?.status === 200) break;
    if (answer) last = `${answer.status} ${await answer.text()}`;
  }
  // 200 or 503: whether Benchling answers is not the image's affair, who the image is, is.
  const health = (await (await fetch(`${url}/health`)).json()) as { version?: string };
  if (health.version !== version) throw new Error(`/health says version ${health.version}, built was ${version}`);
  const shown = await fetch(`${url}/config`);
  if (shown.status !== 200) throw new Error(`/config answers ${shown.status}, expected 200`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
