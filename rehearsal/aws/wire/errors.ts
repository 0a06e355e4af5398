import type { Permission, Principal } from '../kernel.ts';
import type { Failure } from './codec.ts';
import type { Model } from './schema.ts';

/** Says no, in AWS's words. Each protocol has its own name for it, so it is put on the wire by `failureOf`. */
export class AccessDenied extends Error {
  override readonly name = 'AccessDenied';
  readonly principal: Principal;
  readonly permission: Permission;

  constructor(principal: Principal, permission: Permission, message: string) {
    super(message);
    this.principal = principal;
    this.permission = permission;
  }
}

/** What the stand-in refuses by itself. 501 is the one server fault that SDK clients do not retry. */
export class Refused extends Error {
  override readonly name: string;
  readonly status: number;

  constructor(
    name: 'NotImplemented' | 'UnknownOperationException' | 'UnrecognizedClientException' | 'MissingAuthenticationToken',
    message: string,
  ) {
    super(message);
    this.name = name;
    this.status = name === 'NotImplemented' ? 501 : name === 'UnknownOperationException' ? 400 : 403;
  }
}

/** What the SDK's exceptions have in common. */
interface SdkException extends Error {
  readonly $fault: 'client' | 'server';
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const isSdkException = (error: unknown): error is SdkException => error instanceof Error && '$fault' in error;

/** Whether this is a defect of the stand-in rather than an answer of AWS. */
export const isDefect = (error: unknown): boolean => !(isSdkException(error) || error instanceof AccessDenied || error instanceof Refused);

const plain = (name: string, status: number, message: string): Failure => ({ name, code: name, status, message, members: {} });

/** How an error leaves. @param model absent when no service was found */
export function failureOf(error: unknown, model?: Model): Failure {
  if (error instanceof AccessDenied) {
    const protocol = model?.protocol.getShapeId() ?? 'awsJson';
    const name = /json/i.test(protocol) ? 'AccessDeniedException' : 'AccessDenied';
    return plain(name, /awsJson/i.test(protocol) ? 400 : 403, error.message);
  }
  if (error instanceof Refused) return plain(error.name, error.status, error.message);
  if (!isSdkException(error)) {
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    return plain('InternalFailure', 500, `The stand-in failed: ${name}: ${message}`);
  }
  return modelled(error, model);
}

function modelled(error: SdkException, model?: Model): Failure {
  const schema = model?.error(error.name);
  const traits = schema?.getMergedTraits();
  const [code, codeStatus] = (traits?.awsQueryError ?? []) as [code?: string, status?: number];
  // S3 models no status for its errors: its handlers set $metadata.
  const status =
    error.$metadata?.httpStatusCode ?? (traits?.httpError as number | undefined) ?? codeStatus ?? (error.$fault === 'server' ? 500 : 400);
  const names = schema ? [...schema.structIterator()].map(([name]) => name) : [];
  const values = error as unknown as Record<string, unknown>;
  const told = names.filter((name) => name.toLowerCase() !== 'message' && values[name] !== undefined);
  return {
    name: error.name,
    code: code ?? error.name,
    status,
    message: error.message,
    members: Object.fromEntries(told.map((name) => [name, values[name]])),
    schema,
  };
}
