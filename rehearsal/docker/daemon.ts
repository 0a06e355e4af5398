import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);
const patienceMilliseconds = 2000;

/** A Docker daemon whose containers can share the network of this machine. */
export interface DockerDaemon {
  /** `unix:///…`, wherever the user's context or DOCKER_HOST points to. */
  readonly host: string;
}

/**
 * Looks for a daemon, for 2 s at most. Every server of a rehearsal listens on 127.0.0.1: a daemon whose containers have another
 * 127.0.0.1 answers, but is of no use.
 * @param env variables of the docker command
 * @returns the daemon, or in words why containers cannot run in one
 */
export async function findDaemon(env = process.env): Promise<DockerDaemon | string> {
  const options = { env, timeout: patienceMilliseconds };
  const context = await run('docker', ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'], options).catch(() => null);
  if (!context) return 'there is no docker command';
  const host = context.stdout.trim();
  const format = '{{json .ServerVersion}} {{json .Name}} {{json .OSType}} {{json .Architecture}} {{json .SecurityOptions}}';
  const answer = await run('docker', ['--host', host, 'info', '--format', format], options).catch(() => null);
  const [, version, name, system, architecture, security = ''] = /^"(.+)" "(.*)" "(.*)" "(.*)" (.*)$/m.exec(answer?.stdout ?? '') ?? [];
  if (!version) return 'no Docker daemon answers';
  if (!host.startsWith('unix://')) return `the Docker daemon is reached at ${host}, not at a socket of this machine`;
  // Also from inside a container that was given the socket, and for Docker Desktop, which has a machine of its own.
  if (process.platform !== 'linux' || name !== hostname()) return `the Docker daemon runs on ${name}, with a network of its own`;
  const apart = /name=(rootless|userns)/.exec(security)?.[1];
  if (apart) return `the Docker daemon runs containers apart from this machine's network (${apart})`;
  if (system !== 'linux' || architecture !== 'x86_64' || process.arch !== 'x64')
    return `images are linux/amd64, Docker runs ${system}/${architecture} and this Node is ${process.arch}`;
  return { host };
}
