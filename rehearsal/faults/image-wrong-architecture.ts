import type { Fault } from './fault.ts';
import { pushImage } from './push-image.ts';

/** The tag's image is in the registry already, by `docker push` from a laptop with another processor: the build finds it and builds nothing. */
export const imageWrongArchitecture: Fault = {
  name: 'image-wrong-architecture',
  summary: 'an ARM image of the commit was pushed from a laptop',
  cause: 'ImageArchitecture',
  failedStep: 'VerifyImage',
  on: 'first-deploy',
  async inject({ cloud: { ecr }, tag, commit }) {
    const labels = { 'org.opencontainers.image.revision': commit };
    await pushImage(ecr, tag, { architecture: 'arm64', os: 'linux', config: { Labels: labels }, rootfs: { type: 'layers', diff_ids: [] } });
    return {};
  },
};
