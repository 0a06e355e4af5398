import { S3ServiceException } from '@aws-sdk/client-s3';
import { isBy } from './calls.ts';
import { crashNewImages } from './crash.ts';
import type { Fault } from './fault.ts';

export const storeDown = () =>
  new S3ServiceException({
    name: 'ServiceUnavailable',
    $fault: 'server',
    message: 'Service is unable to handle request.',
    $metadata: { httpStatusCode: 503 },
  });

/** Evidence cannot be kept. Production is not held hostage for it: the rollback happens all the same, and people are told what is missing. */
export const diagnosticsStoreDown: Fault = {
  name: 'diagnostics-store-down',
  summary: 'the new version crashes, and the store of diagnostics takes nothing',
  cause: 'ContainerCrashed',
  on: 'update',
  withoutSeal: true,
  inject: (context) => ({
    container: crashNewImages(context),
    call(call) {
      if (call.service === 's3' && call.operation !== 'GetObject' && isBy('CollectDiagnostics', call)) throw storeDown();
    },
  }),
};
