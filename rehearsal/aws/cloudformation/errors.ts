import {
  AlreadyExistsException,
  ChangeSetNotFoundException,
  CloudFormationServiceException,
  InsufficientCapabilitiesException,
  InvalidChangeSetStatusException,
  TokenAlreadyExistsException,
} from '@aws-sdk/client-cloudformation';

const $metadata = { httpStatusCode: 400 };

/** What CloudFormation answers to nearly everything that it refuses. It is not modelled, so it has no class in the SDK. */
export const validationError = (message: string): CloudFormationServiceException =>
  new CloudFormationServiceException({ name: 'ValidationError', $fault: 'client', message, $metadata });

export const changeSetNotFound = (name: string) =>
  new ChangeSetNotFoundException({ message: `ChangeSet [${name}] does not exist`, $metadata: { httpStatusCode: 404 } });

export const alreadyExists = (message: string) => new AlreadyExistsException({ message, $metadata });

export const insufficientCapabilities = (needed: readonly string[]) =>
  new InsufficientCapabilitiesException({ message: `Requires capabilities : [${needed.join(', ')}]`, $metadata });

export const invalidChangeSetStatus = (message: string) => new InvalidChangeSetStatusException({ message, $metadata });

export const tokenAlreadyExists = (token: string) =>
  new TokenAlreadyExistsException({ message: `A client request token already exists: ${token}`, $metadata });

/** What the stand-in does not know, refused by name. */
export const notSupported = (what: string) => validationError(`${what} is not supported by the rehearsal`);

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
