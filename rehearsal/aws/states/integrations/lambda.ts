import type { Json } from '../../../engine/definition.ts';
import { RuntimeFault, StatesError } from '../../../engine/errors.ts';
import type { TaskCall } from '../../../engine/visit.ts';
import { withMetadata } from './metadata.ts';
import type { SdkClients } from './sdk-clients.ts';

const KNOWN = ['FunctionName', 'Payload', 'InvocationType', 'Qualifier', 'ClientContext', 'LogType'];

/** `lambda:invoke`: the payload is JSON both ways, and the function's error becomes the Task's. */
export async function invoke(clients: SdkClients, call: TaskCall): Promise<Json> {
  const args = call.arguments as Record<string, Json>;
  for (const name of Object.keys(args))
    if (!KNOWN.includes(name)) throw new RuntimeFault(`The field '${name}' is not supported by Step Functions.`);
  const { Payload, ...rest } = args;
  const { roleArn, signal } = call;
  const answer = await clients.send(
    { service: 'lambda', operation: 'Invoke', roleArn, signal, optimized: true },
    { ...rest, ...(Payload !== undefined && { Payload: Buffer.from(JSON.stringify(Payload)) }) },
  );
  const text = Buffer.from((answer.Payload as Uint8Array | undefined) ?? []).toString();
  if (answer.FunctionError) throw functionError(text);
  const { StatusCode, ExecutedVersion } = answer as { StatusCode?: number; ExecutedVersion?: string };
  return withMetadata(
    { ...(ExecutedVersion && { ExecutedVersion }), Payload: text ? JSON.parse(text) : null, StatusCode: StatusCode ?? null },
    answer,
  );
}

/** Its name is what the handler threw; its cause is the whole payload, for a catcher to read. */
function functionError(payload: string): StatesError {
  const { errorType } = JSON.parse(payload) as { errorType?: string };
  if (errorType) return new StatesError(errorType, payload);
  const cause = `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payload}`;
  return new StatesError('Lambda.Unknown', cause);
}
