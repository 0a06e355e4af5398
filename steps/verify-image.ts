import { ReleaseError } from './contract/errors.ts';
import { loops } from './contract/patience.ts';
import type { Images } from './contract/ports.ts';
import { artefactsPrefix, Digest } from './contract/release.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

export interface VerifyImagePorts {
  images: Images;
  repository: { name: string; uri: string };
  artefactsBucket: string;
}

const platform = 'linux/amd64';
/** Inspector's continuous scan stays ACTIVE once its first findings are there. */
const scanned = ['COMPLETE', 'ACTIVE'];
const scanning = ['IN_PROGRESS', 'PENDING', ''];

/** Pins the tag to a digest that was looked at: what the build named, what the tag points to, for the right machine, scanned. */
export async function verifyImage(
  { release, build, polls }: StepInput<'VerifyImage'>,
  { images, repository, artefactsBucket }: VerifyImagePorts,
): Promise<StepOutput<'VerifyImage'>> {
  const digest = await pinned(release.tag, build.digest, repository.name, images);
  const built = await images.platform(repository.name, digest);
  if (built !== platform) throw new ReleaseError('ImageArchitecture', `The image ${digest} is for ${built}; expected ${platform}.`);
  const findings = await scan(repository.name, digest, polls, images);
  return {
    status: findings ? 'verified' : 'pending',
    digest,
    uri: `${repository.uri}@${digest}`,
    findings,
    artefacts: { bucket: artefactsBucket, prefix: artefactsPrefix(release) },
  };
}

async function pinned(tag: string, digest: string, repository: string, images: Images): Promise<string> {
  const byTag = await images.describe(repository, { tag });
  if (!Digest.safeParse(digest).success || byTag?.digest !== digest) {
    throw new ReleaseError(
      'ImageMissing',
      `The build named ${digest || 'no digest'}; ${repository}:${tag} is ${byTag?.digest ?? 'absent'}.`,
    );
  }
  return digest;
}

/** null while the registry still scans. No scan is unknown, and unknown is not a pass. */
async function scan(repository: string, digest: string, polls: number, images: Images): Promise<Record<string, number> | null> {
  const found = await images.scan(repository, digest);
  const status = found?.status ?? '';
  if (found && scanned.includes(status)) {
    const critical = found.findings['CRITICAL'] ?? 0;
    if (critical > 0) throw new ReleaseError('ImageVulnerable', `The scan of ${digest} has ${critical} CRITICAL findings; expected 0.`);
    return found.findings;
  }
  if (scanning.includes(status) && polls + 1 < loops.VerifyImage.polls) return null;
  throw new ReleaseError('ImageNotScanned', `The scan of ${digest} is ${status || 'absent'} after ${polls + 1} polls; expected COMPLETE.`);
}
