import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Ecr } from '../../../rehearsal/aws/ecr/ecr.ts';
import { DockerExecutor } from '../../../rehearsal/aws/ecs/executors/docker-executor.ts';
import type { ContainerSpec } from '../../../rehearsal/aws/ecs/executors/executor.ts';
import { freePort } from '../../../rehearsal/aws/ecs/free-port.ts';
import { assembleBaseImage } from '../../../rehearsal/docker/base-image.ts';
import { DockerClient } from '../../../rehearsal/docker/client.ts';
import { type DockerDaemon, findDaemon } from '../../../rehearsal/docker/daemon.ts';
import { removeImages, taskLabel } from '../../../rehearsal/docker/traces.ts';
import { cleanDocker, markRegistry, removeLeftovers } from '../../../rehearsal/leftovers.ts';
import { create } from '../ecs/example-cloud.ts';
import { exampleWorld } from '../example-world.ts';

const dockerfile = `ARG BASE_IMAGE
FROM scratch AS service
ARG BUILT_FOR
LABEL release.built-for=\${BUILT_FOR}
COPY main.mjs /app/
FROM \${BASE_IMAGE}
COPY --from=service /app /app
USER 1000
CMD ["node", "/app/main.mjs"]
`;

/** Does what TRY says, tells, and waits for SIGTERM. */
const program = `
import { readFileSync, writeFileSync } from 'node:fs';
const attempt = (work) => { try { return String(work()) } catch (error) { return error.code } };
console.log(JSON.stringify({
  user: process.getuid(),
  root: attempt(() => writeFileSync('/app/mark', '')),
  scratch: attempt(() => writeFileSync('/tmp/mark', '')),
  authorities: attempt(() => readFileSync(process.env.NODE_EXTRA_CA_CERTS, 'utf8')),
  example: process.env.EXAMPLE,
}));
if (process.env.TRY === 'memory') for (const held = []; ; ) held.push(Buffer.alloc(8 << 20, 1));
if (process.env.TRY === 'exit') process.exit(7);
process.on('SIGTERM', () => { console.log('asked to end'); process.exit(3); });
setInterval(() => {}, 1000);
`;

const found = await findDaemon();
if (typeof found === 'string') process.stderr.write(`Containers in Docker were NOT tested: ${found}.\n`);

describe('containers in Docker', typeof found === 'string' ? () => notTestedHere(found) : () => testedWith(found));

function notTestedHere(why: string): void {
  it(`are not tested here: ${why}`, () => {
    expect(why).toMatch(/docker/i);
  });
}

function testedWith(daemon: DockerDaemon): void {
  const world = exampleWorld();
  const docker = new DockerClient(daemon, world.home);
  const ecr = new Ecr(world);
  const executor = new DockerExecutor(world, daemon, () => ecr.token());
  let image: string;
  let tag: string;
  let tasks = 0;

  beforeAll(async () => {
    await ecr.start();
    await create(ecr.provisioners, 'AWS::ECR::Repository', { RepositoryName: 'example/webhook' });
    tag = `${ecr.uri('example/webhook')}:v1.0.0`;
    image = await push(tag);
  }, 60_000);
  afterAll(async () => {
    await executor.close();
    await removeImages(docker, ecr.address);
    await ecr.stop();
    world.remove();
  }, 60_000);

  async function push(name: string): Promise<string> {
    const context = join(world.home, 'context');
    mkdirSync(context, { recursive: true });
    writeFileSync(join(context, 'Dockerfile'), dockerfile);
    writeFileSync(join(context, 'main.mjs'), program);
    const given = [`BASE_IMAGE=${await assembleBaseImage(docker)}`, `BUILT_FOR=${ecr.uri('example/webhook')}`];
    await docker.run(['build', ...given.flatMap((each) => ['--build-arg', each]), '--tag', name, context]);
    docker.logIn(ecr.address, ecr.token());
    const pushed = await docker.run(['push', name]);
    return `${name.slice(0, name.lastIndexOf(':'))}@${/sha256:\w+/.exec(pushed)?.[0]}`;
  }

  const start = async (more: Partial<ContainerSpec> = {}) => {
    const port = await freePort();
    const taskArn = `task/${basename(world.home)}-${++tasks}`;
    const container = await executor.start({ taskArn, image, port, architecture: 'amd64', environment: {}, ...more });
    const lines: string[] = [];
    await new Promise<void>((resolve) => container.onLine((line) => resolve(void lines.push(line))));
    return { container, lines, told: () => JSON.parse(lines[0] ?? '') as Record<string, unknown> };
  };
  const containers = () => docker.run(['ps', '--all', '--quiet', '--filter', `label=${taskLabel}=${basename(world.home)}`]);

  it('run under the digest that was pulled, answer commands and end at SIGTERM without a trace', async () => {
    const { container, lines } = await start();
    expect(container.imageDigest).toBe(image.split('@')[1]);
    expect(await container.exec(['node', '-e', 'process.exit(5)'], 5000)).toBe(5);
    await container.stop(5);
    expect(await container.exited).toEqual({ exitCode: 3 });
    expect(lines.at(-1)).toBe('asked to end');
    expect(await containers()).toBe('');
  });

  it('see a read-only root, root’s own scratch space, the authorities and their variables', async () => {
    const authorities = join(world.home, 'authority.pem');
    writeFileSync(authorities, 'example authority');
    const environment = { NODE_EXTRA_CA_CERTS: authorities, EXAMPLE: 'two\nlines', TRY: 'exit' };
    const { container, told } = await start({ readonlyRoot: true, scratch: ['/tmp'], environment });
    expect(told()).toEqual({ user: 1000, root: 'EROFS', scratch: 'EACCES', authorities: 'example authority', example: 'two\nlines' });
    expect(await container.exited).toEqual({ exitCode: 7 });
  });

  it('are killed when they use more memory than they may', async () => {
    const { container } = await start({ memory: 96, environment: { TRY: 'memory' } });
    expect(await container.exited).toEqual({ exitCode: 137, oomKilled: true });
  });

  it('end with the words of the kernel when they meet a host of another architecture', async () => {
    const { container, lines } = await start({
      architecture: 'arm64',
      command: ['node', '/app/main.mjs'],
      user: '1000',
      readonlyRoot: true,
    });
    expect(lines[0]).toMatch(/exec .*\/node.*: exec format error/);
    expect((await container.exited).exitCode).not.toBe(0);
    expect(await containers()).toBe('');
  });

  it('start while credentials are renewed', async () => {
    const starts = Array.from({ length: 8 }, () => start({ environment: { TRY: 'exit' } }));
    const ends = await Promise.all(starts.map(async (started) => (await started).container.exited));
    expect(ends.map(({ exitCode }) => exitCode)).toEqual(ends.map(() => 7));
  });

  it('are refused when image or program are not there', async () => {
    const absent = `${ecr.uri('example/webhook')}@sha256:${'0'.repeat(64)}`;
    await expect(start({ image: absent })).rejects.toMatchObject({ name: 'PullError', message: expect.stringContaining('not found') });
    await expect(start({ entryPoint: ['/absent'] })).rejects.toMatchObject({
      name: 'StartError',
      message: expect.stringContaining('/absent'),
    });
    expect(await containers()).toBe('');
  });

  it('are ended at once with the rehearsal', async () => {
    const { container } = await start();
    await executor.close();
    expect(await container.exited).toEqual({ exitCode: 137 });
  });

  it('are removed by the next rehearsal when theirs was killed, with its images and the container of its build', async () => {
    const home = join(world.home, '.local', 'rehearsals', `dead-${process.pid}`);
    mkdirSync(home, { recursive: true });
    const ended = spawn('true');
    await new Promise((resolve) => ended.once('close', resolve));
    writeFileSync(join(home, 'owner.json'), JSON.stringify({ pid: ended.pid, started: '' }));
    await markRegistry(home, 'example.invalid:5000');
    const left = 'example.invalid:5000/webhook:v1.0.0';
    await docker.run(['tag', tag, left]);
    const task = await docker.run(['run', '--detach', '--network', 'host', '--label', `${taskLabel}=${basename(home)}`, tag]);
    const smoke = await docker.run(['run', '--detach', '--network', 'host', left]);
    // The same image, built by a rehearsal that still runs.
    const neighbour = await docker.run(['run', '--detach', '--network', 'host', tag]);

    expect(await removeLeftovers(world.home)).toEqual([basename(home)]);

    for (const id of [task, smoke]) await expect(docker.run(['inspect', id])).rejects.toThrow(/no such/i);
    expect(await docker.run(['image', 'ls', '--quiet', left])).toBe('');
    expect(await docker.run(['inspect', '--format', '{{.State.Running}}', neighbour])).toBe('true');
    await docker.run(['rm', '--force', neighbour]);
    expect(await docker.run(['image', 'ls', '--quiet', tag])).not.toBe('');
  });

  it('leave nothing under the names of the rehearsal’s registry, and keep the base for the next', async () => {
    const home = join(world.home, 'ended');
    mkdirSync(home);
    await markRegistry(home, ecr.address);
    await docker.run(['image', 'rm', tag]);
    await docker.run(['pull', '--quiet', image]);
    await cleanDocker(docker, home);
    expect(await docker.run(['image', 'ls', '--quiet', `${dirname(tag)}/*`])).toBe('');
    await expect(docker.run(['image', 'inspect', image])).rejects.toThrow(/no such image/i);
    const builtFor = `label=release.built-for=${ecr.uri('example/webhook')}`;
    expect(await docker.run(['image', 'ls', '--quiet', '--filter', builtFor])).toBe('');
    const base = await assembleBaseImage(docker);
    expect(await docker.run(['image', 'ls', '--quiet', base])).not.toBe('');
  });
}
