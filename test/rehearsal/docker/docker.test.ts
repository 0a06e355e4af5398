import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { docked } from '../ecs/example-image.ts';
import { exampleWorld } from '../example-world.ts';

describe('the docker command without a daemon', () => {
  const world = exampleWorld();
  const docker = docked(world.home);
  let contexts = 0;
  afterAll(() => world.remove());

  const context = (files: Record<string, string>): string => {
    contexts += 1;
    for (const [name, content] of Object.entries(files)) {
      const file = join(world.home, `context-${contexts}`, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    return join(world.home, `context-${contexts}`);
  };
  const build = (dockerfile: string, ...options: string[]) =>
    docker.run(
      'build',
      '--quiet',
      ...options,
      context({ Dockerfile: dockerfile, 'a/one.mjs': 'console.log(process.env.GREETING)', 'b.txt': 'b' }),
    );
  const inspect = async (id: string) => JSON.parse(await docker.run('image', 'inspect', '--format', '{{json .Config}}', id)) as object;

  const staged = `ARG BASE=node:24
FROM \${BASE} AS build
WORKDIR /made
COPY a ./a
FROM \${BASE}
ARG WHO=nobody
ENV GREETING="hello \${WHO}" OTHER=1
LABEL org.example=yes
WORKDIR /app
# a comment
COPY --from=build --chown=1000:1000 /made/a/one.mjs \\
  ./main.mjs
USER 1000
EXPOSE 5000
HEALTHCHECK --interval=5s CMD ["node", "-e", "1"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node"]
CMD ["/app/main.mjs"]
`;

  it('builds stages, arguments and variables, and runs the result', async () => {
    const id = await build(staged, '--build-arg', 'WHO=example', '--tag', 'example:1');
    expect(await inspect('example:1')).toEqual({
      Cmd: ['/app/main.mjs'],
      Entrypoint: ['node'],
      Env: ['GREETING=hello example', 'OTHER=1'],
      ExposedPorts: { '5000/tcp': {} },
      Healthcheck: { Test: ['CMD', 'node', '-e', '1'] },
      Labels: { 'org.example': 'yes' },
      StopSignal: 'SIGTERM',
      User: '1000',
      WorkingDir: '/app',
    });
    expect(await docker.run('run', '--rm', '--network', 'host', 'example:1')).toBe('hello example');
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('makes the same image of the same files', async () => {
    expect(await build(staged)).toBe(await build(staged));
    expect(await build(staged)).not.toBe(await build(staged, '--build-arg', 'WHO=example'));
  });

  it('leaves out what .dockerignore names', async () => {
    const where = context({
      Dockerfile: 'FROM scratch\nCOPY . /all\nCMD ["node", "-p", "fs.readdirSync(\'all\').join()"]',
      '.dockerignore': '*.txt\nskip\n',
      'a.txt': '',
      'skip/b': '',
      'kept.md': '',
    });
    await docker.run('build', '--quiet', '--tag', 'example:ignored', where);
    expect(await docker.run('run', '--rm', '--network', 'host', 'example:ignored')).toBe('.dockerignore,Dockerfile,kept.md');
  });

  it.each([
    ['RUN', 'FROM scratch\nRUN npm ci', /RUN needs a Docker daemon \(in: RUN npm ci\)/],
    [
      'an image of another registry',
      'FROM scratch\nCOPY --from=docker.io/example /a /a',
      /COPY --from=docker.io\/example needs a Docker daemon/,
    ],
    ['a syntax line', '# syntax=docker/dockerfile:1\nFROM scratch', /needs a Docker daemon/],
    ['a missing file', 'FROM scratch\nCOPY absent /', /COPY failed: absent: no such file or directory/],
    ['a file outside the context', 'FROM scratch\nCOPY ../../secret /', /outside the build context/],
  ])('refuses %s by name', async (_, dockerfile, message) => {
    expect(await docker.refused('build', context({ Dockerfile: dockerfile }))).toMatch(message);
  });

  it.each([
    [['compose', 'up'], /'compose' needs a Docker daemon/],
    [['run', '-p', '80:80', 'example:1'], /option -p is not supported: containers share the network/],
    [['run', '--network', 'host', 'absent'], /^125: .*Unable to find image 'absent:latest' locally/],
    [['build', '--squash', '.'], /option --squash is not supported/],
    [['push', 'docker.io/example:1'], /registries of this machine only/],
  ])('refuses %j by name', async (words, message) => {
    expect(await docker.refused(...words)).toMatch(message);
  });

  it('runs a container in the background until it is stopped, and tells how it ended', async () => {
    const where = context({
      Dockerfile: 'FROM scratch\nCOPY main.mjs /\nCMD ["node", "/main.mjs"]',
      'main.mjs': "setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit(7)); console.log('ready')",
    });
    await docker.run('build', '--quiet', '--tag', 'example:waits', where);
    await docker.run('run', '--detach', '--name', 'example', '--network', 'host', 'example:waits');
    while ((await docker.run('logs', 'example')) !== 'ready') await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await docker.run('inspect', '--format', '{{.State.Status}}', 'example')).toBe('running');
    // Beside it, with its files and variables.
    expect(await docker.run('exec', 'example', 'node', '-p', 'fs.existsSync("main.mjs") && process.env.TMPDIR')).toMatch(/tmp$/);
    expect(await docker.refused('exec', 'example', 'node', '-e', 'process.exit(4)')).toMatch(/^4: /);
    await docker.run('stop', 'example');
    expect(await docker.refused('exec', 'example', 'node', '-e', '')).toMatch(/container example is not running/);
    expect(await docker.run('wait', 'example')).toBe('7');
    await docker.run('rm', 'example');
    expect(await docker.refused('inspect', 'example')).toMatch(/No such image/);
  });
});
