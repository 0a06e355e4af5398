/** Pins the tag to a scanned digest. In: release, build, polls. Out: Image. Fails: ImageMissing, ImageArchitecture, ImageVulnerable, ImageNotScanned. Safe to repeat. */
import { images } from './clients/images.ts';
import { logged } from './clients/logged.ts';
import { entry } from './contract/entry.ts';
import { readEnvironment } from './contract/environment.ts';
import { verifyImage } from './verify-image.ts';

const { REPOSITORY_NAME, REPOSITORY_URI, ARTEFACTS_BUCKET } = readEnvironment('VerifyImage', process.env);
const ports = { images, repository: { name: REPOSITORY_NAME, uri: REPOSITORY_URI }, artefactsBucket: ARTEFACTS_BUCKET };

export const handler = logged(
  'VerifyImage',
  entry('VerifyImage', (input) => verifyImage(input, ports)),
);
