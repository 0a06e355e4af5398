import { ScanNotFoundException } from '@aws-sdk/client-ecr';
import type { Fault } from './fault.ts';

/** Scanning was switched off, or is stuck: nobody has looked into the image, and no scan is not a pass. */
export const scanNeverEnds: Fault = {
  name: 'scan-never-ends',
  summary: 'the registry has no scan of the image, however often it is asked',
  cause: 'ImageNotScanned',
  failedStep: 'VerifyImage',
  on: 'first-deploy',
  inject: () => ({
    call({ operation }) {
      if (operation !== 'DescribeImageScanFindings') return;
      throw new ScanNotFoundException({ $metadata: {}, message: 'Image scan does not exist for the image' });
    },
  }),
};
