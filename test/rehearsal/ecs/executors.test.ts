import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ecr } from '../../../rehearsal/aws/ecr/ecr.ts';
import type { ContainerSpec, Executor } from '../../../rehearsal/aws/ecs/executors/executor.ts';
import { reapProcesses, recordPid } from '../../../rehearsal/aws/ecs/executors/pids.ts';
import { ProcessExecutor } from '../../../rehearsal/aws/ecs/executors/process-executor.ts';
import { freePort } from '../../../rehearsal/aws/ecs/free-port.ts';
import { exampleWorld } from '../example-world.ts';
import { create } from './example-cloud.ts';
import { pushExampleImage } from './example-image.ts';

describe('executors', () => {
  const world = exampleWorld();
  const ecr = new Ecr(world);
  const executors: Executor[] = [];
  let image: string;
  beforeAll(async () => {
    await ecr.start();
    await create(ecr.provisioners, 'AWS::ECR::Repository', { RepositoryName: 'example/webhook' });
    image = await pushExampleImage(ecr, world.home, 'example/webhook');
  });
  afterAll(async () => {
    await Promise.all(executors.map((executor) => executor.close()));
    await ecr.stop();
    world.remove();
  });

  const started = async (executor: Executor, more: Partial<ContainerSpec> = {}) => {
    executors.push(executor);
    const port = await freePort();
    const environment = { PORT: String(port), ...more.environment };
    const container = await executor.start({ taskArn: 'task/example', image, port, architecture: 'amd64', ...more, environment });
    const lines: string[] = [];
    container.onLine((line) => lines.push(line));
    return { container, lines, port };
  };

  it('runs an image as a process that ends at SIGTERM, and forgets its process id', async () => {
    const { container, port, lines } = await started(new ProcessExecutor(world, () => ecr.token()));
    await answers(port);
    expect(lines).toEqual(['example starts as well']);
    expect(readdirSync(join(world.home, 'pids'))).toHaveLength(1);
    await container.stop(5);
    expect(await container.exited).toEqual({ exitCode: 0 });
    expect(readdirSync(join(world.home, 'pids'))).toHaveLength(0);
  });

  it('kills what does not end in time', async () => {
    const { container, port } = await started(new ProcessExecutor(world, () => ecr.token()), { environment: { BEHAVIOUR: 'stubborn' } });
    await answers(port);
    await container.stop(0.1);
    expect(await container.exited).toEqual({ exitCode: 137, signal: 'SIGKILL' });
  });

  it('says that a program of the image is not there', async () => {
    const executor = new ProcessExecutor(world, () => ecr.token());
    await expect(started(executor, { entryPoint: ['/absent'] })).rejects.toMatchObject({
      name: 'StartError',
      message: expect.stringMatching(/"\/absent".*ENOENT/),
    });
  });

  it('takes its containers along when the rehearsal is killed', async () => {
    const leash = new URL('../../../rehearsal/aws/ecs/executors/leash.mjs', import.meta.url).href;
    // A process that starts a leashed one as the executor does, says its id and waits to be killed.
    const parent = `
      const { spawn } = require('node:child_process');
      const args = ['--import', ${JSON.stringify(leash)}, '-e', 'setInterval(() => {}, 1000)'];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], detached: true });
      console.log(child.pid);
      setInterval(() => {}, 1000);`;
    const rehearsal = spawn(process.execPath, ['-e', parent], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = Number(await firstLine(rehearsal));
    expect(alive(pid)).toBe(true);
    rehearsal.kill('SIGKILL');
    await until(() => !alive(pid));
  });

  it('lets the next rehearsal end what a killed one left, and nothing else', async () => {
    const home = join(world.home, 'dead');
    const words = ['-e', 'setInterval(() => {}, 1000)'];
    const left = spawn(process.execPath, words, { stdio: 'ignore' });
    recordPid(home, left.pid!, [process.execPath, ...words]);
    // The id of this very process, recorded for a command that it does not run.
    recordPid(home, process.pid, ['example']);
    // Until it runs its own command, it is a copy of this process, and has this one's name.
    await until(() => readFileSync(`/proc/${left.pid}/cmdline`, 'utf8').includes('setInterval'));
    expect(await reapProcesses(home)).toEqual([left.pid]);
    await new Promise((resolve) => left.once('close', resolve));
    expect(readdirSync(join(home, 'pids'))).toEqual([]);
  });
});

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const firstLine = (child: ChildProcess) =>
  new Promise<string>((resolve) => child.stdout!.once('data', (data: Buffer) => resolve(data.toString())));

async function answers(port: number): Promise<void> {
  for (;;) {
    const answered = await fetch(`http://127.0.0.1:${port}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Looks until it is so; the test's own time limit ends it. */
async function until(so: () => boolean): Promise<void> {
  while (!so()) await new Promise((resolve) => setTimeout(resolve, 5));
}
