import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findDaemon } from '../../../rehearsal/docker/daemon.ts';

describe('the daemon that containers run in', () => {
  const folder = mkdtempSync(join(tmpdir(), 'example-docker-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** @returns variables under which the docker command has a daemon as told */
  const playDocker = ({
    host = 'unix:///var/run/example.sock',
    answers = true,
    name = hostname(),
    architecture = 'x86_64',
    security = '[]',
  }) => {
    const info = `"28.0.0" "${name}" "linux" "${architecture}" ${security}`;
    const script = `#!/bin/sh
case "$*" in
  'context inspect --format {{.Endpoints.docker.Host}}') echo '${host}' ;;
  '--host ${host} info'*) ${answers ? `echo '${info}'` : `echo '"" "" "" "" null'; exit 1`} ;;
  *) echo "not played: $*" >&2; exit 64 ;;
esac
`;
    writeFileSync(join(folder, 'docker'), script);
    chmodSync(join(folder, 'docker'), 0o755);
    return { PATH: `${folder}:${process.env['PATH']}` };
  };

  // Elsewhere a daemon runs in a virtual machine, whatever it says.
  const found = process.platform === 'linux' && process.arch === 'x64' ? { host: 'unix:///var/run/example.sock' } : expect.any(String);

  it('is found by its socket on this machine', async () => {
    expect(await findDaemon(playDocker({}))).toEqual(found);
  });

  it.each([
    ['no daemon answers', { answers: false }, 'no Docker daemon answers'],
    ['it is reached over the network', { host: 'tcp://192.0.2.1:2375' }, 'the Docker daemon is reached at tcp://192.0.2.1:2375'],
    ['it runs in a machine of its own', { name: 'docker-desktop' }, 'the Docker daemon runs on docker-desktop, with a network of its own'],
  ])('is of no use when %s', async (_, daemon, why) => {
    expect(await findDaemon(playDocker(daemon))).toContain(why);
  });

  it.each([
    ['rootless', { security: '["name=seccomp,profile=builtin","name=rootless"]' }, '(rootless)'],
    ['with users of its own', { security: '["name=userns"]' }, '(userns)'],
    ['on another architecture', { architecture: 'aarch64' }, 'Docker runs linux/aarch64'],
  ])('is of no use when it runs %s', async (_, daemon, why) => {
    // On another system the name of the machine is looked at before these.
    expect(await findDaemon(playDocker(daemon))).toContain(process.platform === 'linux' ? why : 'with a network of its own');
  });

  it('is not looked for without a docker command', async () => {
    expect(await findDaemon({ PATH: join(folder, 'absent') })).toBe('there is no docker command');
  });
});
