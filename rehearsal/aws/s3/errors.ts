import {
  NotFound,
  S3ServiceException,
  NoSuchBucket as SdkNoSuchBucket,
  NoSuchKey as SdkNoSuchKey,
  NoSuchUpload as SdkNoSuchUpload,
} from '@aws-sdk/client-s3';

// S3 models no HTTP status for its errors, and most of them not at all.
const error = (name: string, message: string, httpStatusCode: number) =>
  new S3ServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode } });

const missing = { $metadata: { httpStatusCode: 404 } };

export const noSuchBucket = () => new SdkNoSuchBucket({ message: 'The specified bucket does not exist', ...missing });
export const noSuchKey = () => new SdkNoSuchKey({ message: 'The specified key does not exist.', ...missing });
export const noSuchVersion = () => error('NoSuchVersion', 'The specified version does not exist.', 404);
export const noSuchUpload = () =>
  new SdkNoSuchUpload({
    message: 'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    ...missing,
  });
/** HEAD has no body to name an error in. */
export const notFound = () => new NotFound({ message: 'Not Found', ...missing });
export const methodNotAllowed = () => error('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
export const preconditionFailed = () => error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
export const invalidEncoding = () => error('InvalidArgument', 'Invalid Encoding Method specified in Request', 400);
export const invalidRange = () => error('InvalidRange', 'The requested range is not satisfiable', 416);
export const invalidPart = () =>
  error(
    'InvalidPart',
    'One or more of the specified parts could not be found. The part may not have been uploaded, or the entity tag may not match.',
    400,
  );
export const checksumMismatch = (expected: string | undefined, actual: string | undefined) => {
  const word = (kind: string | undefined) => kind?.toLowerCase() ?? 'null';
  return error(
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${word(expected)}, actual checksum Type: ${word(actual)}`,
    400,
  );
};
export const checksumMissing = (kind: string) =>
  error(
    'InvalidRequest',
    `The upload was created using a ${kind.toLowerCase()} checksum. The complete request must include the checksum for each part.`,
    400,
  );
export const bucketNotEmpty = () => error('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
export const bucketExists = () =>
  error('BucketAlreadyOwnedByYou', 'Your previous request to create the named bucket succeeded and you already own it.', 409);
