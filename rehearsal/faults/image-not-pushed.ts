import { ImageNotFoundException } from '@aws-sdk/client-ecr';
import { isBy } from './calls.ts';
import type { Fault } from './fault.ts';

/** The build named a digest, and when the pipeline asks for it the registry has never heard of it. */
export const imageNotPushed: Fault = {
  name: 'image-not-pushed',
  summary: 'the registry does not hold the image that the build named',
  cause: 'ImageMissing',
  failedStep: 'VerifyImage',
  on: 'first-deploy',
  inject: () => ({
    call(call) {
      if (call.operation !== 'DescribeImages' || !isBy('VerifyImage', call)) return;
      throw new ImageNotFoundException({ $metadata: {}, message: 'The image with the given tag does not exist within the repository' });
    },
  }),
};
