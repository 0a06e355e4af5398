/** Optimized integrations that make one request and give its answer. */
import type { Json } from '../../../engine/definition.ts';
import { StatesError } from '../../../engine/errors.ts';
import type { TaskCall } from '../../../engine/visit.ts';
import type { SdkClients } from './sdk-clients.ts';

type Fields = Record<string, Json>;

const text = (value: Json): Json => (typeof value === 'string' ? value : JSON.stringify(value));

async function request(
  clients: SdkClients,
  { roleArn, signal }: TaskCall,
  service: string,
  operation: string,
  args: Json,
): Promise<Fields> {
  return (await clients.call({ service, operation, roleArn, signal, optimized: true }, args)) as Fields;
}

/** `dynamodb:getItem`, `putItem`, `updateItem` */
export const dynamodb = (operation: string) => (clients: SdkClients, call: TaskCall) =>
  request(clients, call, 'dynamodb', operation, call.arguments);

/** `sns:publish`: the message may be JSON. */
export async function publish(clients: SdkClients, call: TaskCall): Promise<Json> {
  const args = call.arguments as Fields;
  return request(clients, call, 'sns', 'Publish', { ...args, ...(args.Message !== undefined && { Message: text(args.Message) }) });
}

/** `events:putEvents`: details may be JSON, each event names its execution, and a refused entry fails the Task. */
export async function putEvents(clients: SdkClients, call: TaskCall): Promise<Json> {
  const { Entries } = call.arguments as { Entries: Fields[] };
  const entries = Entries.map((entry) => ({
    ...entry,
    ...(entry.Detail !== undefined && { Detail: text(entry.Detail) }),
    Resources: [...((entry.Resources as string[] | undefined) ?? []), call.stateMachineArn, call.executionArn],
  }));
  const result = await request(clients, call, 'events', 'PutEvents', { Entries: entries });
  if (Number(result.FailedEntryCount) > 0) throw new StatesError('EventBridge.FailedEntry', JSON.stringify(result));
  return result;
}
