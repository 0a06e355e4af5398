/** What a rehearsal leaves in a daemon that outlives it: containers, and images named after its registry. */
import type { DockerClient } from './client.ts';

/** Label of every task's container; its value is the rehearsal's id. */
export const taskLabel = 'release.rehearsal';

/** Label of the first stage of an image (container/Dockerfile); its value is where the image is pushed to. */
const builtForLabel = 'release.built-for';

/** Removes the tasks' containers of one rehearsal, running or not. @returns their ids */
export function removeContainers(docker: DockerClient, rehearsal: string): Promise<readonly string[]> {
  return removeAll(docker, ['--filter', `label=${taskLabel}=${rehearsal}`]);
}

/**
 * Removes the images that were built for a registry or pulled from it, with every container that was started under such a name: a build that
 * was cut short leaves the container of its smoke test. Their stages go too. Images under other names stay, and so do those that they were
 * built on.
 * @param registry `127.0.0.1:PORT`
 */
export async function removeImages(docker: DockerClient, registry: string): Promise<void> {
  // By the name, not by the image: a rehearsal beside this one may have built the very same, and serve with it.
  const started = (await docker.run(['ps', '--all', '--format', '{{.ID}} {{.Image}}'])).split('\n').map((line) => line.split(' '));
  await remove(
    docker,
    started.flatMap(([id = '', name]) => (name?.startsWith(`${registry}/`) ? [id] : [])),
  );
  const tagged = await names(docker, registry, '{{.Repository}}:{{.Tag}}');
  if (tagged.length > 0) await docker.run(['image', 'rm', '--force', ...tagged]);
  // One that was only ever pulled by digest has no tag.
  const pulled = await names(docker, registry, '{{.Repository}}@{{.Digest}}');
  if (pulled.length > 0) await docker.run(['image', 'rm', '--force', ...pulled]);
  const stages = await leftStages(docker, registry);
  if (stages.length > 0) await docker.run(['image', 'rm', '--force', ...stages]);
}

/** Stages of builds for a registry, which builders before BuildKit leave behind as images without a name. @returns their ids */
async function leftStages(docker: DockerClient, registry: string): Promise<string[]> {
  const listed = await docker.run(['image', 'ls', '--quiet', '--filter', 'dangling=true', '--filter', `label=${builtForLabel}`]);
  const ids = [...new Set(listed.split('\n').filter(Boolean))];
  if (ids.length === 0) return [];
  const shown = await docker.run(['image', 'inspect', '--format', `{{.Id}} {{index .Config.Labels "${builtForLabel}"}}`, ...ids]);
  return shown.split('\n').flatMap((line) => (line.split(' ')[1]?.startsWith(`${registry}/`) ? [line.split(' ')[0]!] : []));
}

async function names(docker: DockerClient, registry: string, format: string): Promise<string[]> {
  const listed = await docker.run(['image', 'ls', '--digests', '--format', format]);
  return [...new Set(listed.split('\n'))].filter((name) => name.startsWith(`${registry}/`) && !name.endsWith('<none>'));
}

async function removeAll(docker: DockerClient, filters: readonly string[]): Promise<readonly string[]> {
  return remove(docker, (await docker.run(['ps', '--all', '--quiet', ...filters])).split('\n').filter(Boolean));
}

async function remove(docker: DockerClient, ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length > 0) await docker.run(['rm', '--force', '--volumes', ...ids]);
  return ids;
}
