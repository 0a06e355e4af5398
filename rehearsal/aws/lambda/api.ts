import * as sdk from '@aws-sdk/client-lambda';
import type { Handler, Permission } from '../kernel.ts';
import { page } from '../paging.ts';
import { type FunctionCode, qualifiedArn } from './function.ts';
import type { Functions } from './functions.ts';
import type { Invoked } from './runtime/invocation.ts';

const $metadata = {};
const PAGE = 50;
/** AWS's default for an account of some age. Nothing is throttled here. */
const CONCURRENCY = 1000;
/** Bytes of an invocation's event: synchronous, asynchronous. */
const EVENT_BYTES = { RequestResponse: 6 * 1024 * 1024, Event: 1024 * 1024 };

/** What the operations need of the service. */
export interface Invoker {
  readonly functions: Functions;
  invoke(code: FunctionCode, event: string, invokedArn: string): Promise<Invoked>;
  /** Invokes later, with Lambda's own retries. */
  queue(code: FunctionCode, event: string, invokedArn: string): void;
  arn(reference: string, qualifier?: string): string;
}

export function operations({ functions, invoke, queue, arn }: Invoker): Record<string, Handler> {
  return {
    Invoke: async (input: sdk.InvokeCommandInput) => {
      const type = input.InvocationType ?? 'RequestResponse';
      const code = functions.resolve(input.FunctionName ?? '', input.Qualifier);
      const event = eventOf(input.Payload as Uint8Array | undefined, type);
      const invokedArn = arn(input.FunctionName ?? '', input.Qualifier);
      if (type === 'DryRun') return { StatusCode: 204 };
      if (type === 'Event') {
        queue(code, event, invokedArn);
        return { StatusCode: 202, Payload: new Uint8Array() };
      }
      const { payload, functionError } = await invoke(code, event, invokedArn);
      return {
        StatusCode: 200,
        ExecutedVersion: code.version,
        Payload: Buffer.from(payload),
        ...(functionError && { FunctionError: functionError }),
      };
    },
    GetFunction: (input: sdk.GetFunctionRequest) => ({
      Configuration: describe(functions.resolve(input.FunctionName ?? '', input.Qualifier)),
      Tags: {},
    }),
    GetFunctionConfiguration: (input: sdk.GetFunctionConfigurationRequest) =>
      describe(functions.resolve(input.FunctionName ?? '', input.Qualifier)),
    ListVersionsByFunction: (input: sdk.ListVersionsByFunctionRequest) => {
      const { items, nextToken } = page(functions.versions(input.FunctionName ?? ''), input.Marker, input.MaxItems ?? PAGE);
      return { Versions: items.map(describe), NextMarker: nextToken };
    },
    ListFunctions: (input: sdk.ListFunctionsRequest) => {
      const { items, nextToken } = page(functions.all(), input.Marker, input.MaxItems ?? PAGE);
      return { Functions: items.map(describe), NextMarker: nextToken };
    },
    GetAccountSettings: () => ({
      AccountLimit: { ConcurrentExecutions: CONCURRENCY, UnreservedConcurrentExecutions: CONCURRENCY },
      AccountUsage: { FunctionCount: functions.all().length },
    }),
    PublishVersion: (input: sdk.PublishVersionRequest) => describe(functions.publish(input.FunctionName ?? '').code),
  };
}

export function permissions({ arn }: Invoker): Record<string, (input: { FunctionName?: string; Qualifier?: string }) => Permission[]> {
  const on = (action: string) => (input: { FunctionName?: string; Qualifier?: string }) => [
    { action: `lambda:${action}`, resource: arn(input.FunctionName ?? '', input.Qualifier) },
  ];
  return {
    Invoke: on('InvokeFunction'),
    GetFunction: on('GetFunction'),
    GetFunctionConfiguration: on('GetFunctionConfiguration'),
    ListVersionsByFunction: on('ListVersionsByFunction'),
    ListFunctions: () => [{ action: 'lambda:ListFunctions', resource: '*' }],
    GetAccountSettings: () => [{ action: 'lambda:GetAccountSettings', resource: '*' }],
    PublishVersion: on('PublishVersion'),
  };
}

function eventOf(payload: Uint8Array | undefined, type: string): string {
  const text = payload?.length ? Buffer.from(payload).toString() : '{}';
  const most = EVENT_BYTES[type as keyof typeof EVENT_BYTES] ?? EVENT_BYTES.RequestResponse;
  if (Buffer.byteLength(text) > most) {
    const message = `Request must be smaller than ${most} bytes for the ${type === 'Event' ? 'InvokeFunction' : 'Invoke'} operation`;
    throw new sdk.RequestTooLargeException({ message, Type: 'User', $metadata });
  }
  try {
    JSON.parse(text);
  } catch (error) {
    const message = `Could not parse request body into json: ${(error as Error).message}`;
    throw new sdk.InvalidRequestContentException({ message, Type: 'User', $metadata });
  }
  return text;
}

function describe(code: FunctionCode): sdk.FunctionConfiguration {
  return {
    FunctionName: code.name,
    FunctionArn: code.version === '$LATEST' ? code.arn : qualifiedArn(code),
    Version: code.version,
    Role: code.roleArn,
    Handler: code.handler,
    Runtime: code.runtime as sdk.Runtime,
    Timeout: code.timeout,
    MemorySize: code.memorySize,
    Description: code.description,
    CodeSha256: code.revision,
    LastModified: code.lastModified.toISOString(),
    Environment: { Variables: { ...code.environment } },
    Architectures: code.architectures as sdk.Architecture[],
    LoggingConfig: { LogFormat: 'Text', LogGroup: code.logGroup },
    PackageType: 'Zip',
    State: 'Active',
    LastUpdateStatus: 'Successful',
  };
}
