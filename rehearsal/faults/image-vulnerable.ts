import type { Fault } from './fault.ts';

export const imageVulnerable: Fault = {
  name: 'image-vulnerable',
  summary: 'the scan of the image has a CRITICAL finding',
  cause: 'ImageVulnerable',
  failedStep: 'VerifyImage',
  on: 'first-deploy',
  inject({ cloud: { ecr } }) {
    ecr.findings('*', { CRITICAL: 1, HIGH: 2 });
    return { mend: () => ecr.findings('*', {}) };
  },
};
