/**
 * Builds the tag's image, starts and smoke-tests that very image, and pushes it. Prints its digest on standard output, everything else on
 * standard error. Tags are immutable: a second attempt at the same commit finds its image pushed and uses it.
 */
import { docker } from './docker.ts';
import { pushedImage, registryCredentials, revisionLabel } from './image-registry.ts';
import { readVariables } from './release-variables.ts';
import { smokeImage } from './smoke-image.ts';

const { RELEASE_TAG, RELEASE_COMMIT, REPOSITORY_URI, REPOSITORY_NAME, BASE_IMAGE } = readVariables(process.env);
const version = RELEASE_TAG.replace(/^v/, '');
const image = `${REPOSITORY_URI}:${RELEASE_TAG}`;

const pushed = await pushedImage(REPOSITORY_NAME, RELEASE_TAG);
if (pushed && pushed.revision !== RELEASE_COMMIT) {
  throw new Error(
    `${image} was built from ${pushed.revision ?? 'an unknown commit'}, not from ${RELEASE_COMMIT}. Next: release the commit under a new tag.`,
  );
}
console.log(pushed?.digest ?? (await buildAndPush()));

async function buildAndPush(): Promise<string> {
  const labels = ['--label', `${revisionLabel}=${RELEASE_COMMIT}`, '--label', `org.opencontainers.image.version=${version}`];
  const given = { BASE_IMAGE, VERSION: version, BUILT_FOR: REPOSITORY_URI };
  const args = Object.entries(given).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  await docker(['build', '--platform', 'linux/amd64', ...args, ...labels, '--tag', image, 'container']);
  await smokeImage(image, version);
  const { user, password, registry } = await registryCredentials();
  await docker(['login', '--username', user, '--password-stdin', registry], { input: password });
  const output = await docker(['push', image]);
  const digest = /digest: (sha256:[0-9a-f]{64})/.exec(output)?.[1];
  if (!digest) throw new Error(`docker push named no digest of ${image}`);
  return digest;
}
