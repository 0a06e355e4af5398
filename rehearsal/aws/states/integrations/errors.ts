import { StatesError } from '../../../engine/errors.ts';
import type { SdkModule, SdkService } from './sdk-services.ts';

interface ServiceException extends Error {
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/**
 * An SDK's error as Step Functions names it: `Ecs.ClusterNotFoundException`, `S3.NoSuchBucketException`, and the service's base exception for
 * what the service does not model.
 */
export function asTaskError(thrown: unknown, service: SdkService, sdk: SdkModule, isOptimized: boolean): unknown {
  const error = thrown as ServiceException;
  if (error instanceof StatesError || !(error instanceof Error)) return thrown;
  const own = isOptimized ? service.optimized : undefined;
  const prefix = own?.name ?? service.name;
  // Without an answer there is no request id: the client could not even ask.
  if (!error.$metadata?.httpStatusCode) return new StatesError(`${prefix}.SdkClientException`, error.message);
  const modelled = error.name in sdk;
  const name = modelled ? error.name.replace(/(?:Exception)?$/, 'Exception') : (own?.base ?? `${service.name}Exception`);
  const { httpStatusCode: status, requestId = 'unknown' } = error.$metadata;
  const told = own
    ? `(Service: ${own.service}; Status Code: ${status}; Error Code: ${error.name}; Request ID: ${requestId}; Proxy: null)`
    : `(Service: ${service.name}, Status Code: ${status}, Request ID: ${requestId})`;
  return new StatesError(`${prefix}.${name}`, `${error.message} ${told}`);
}
