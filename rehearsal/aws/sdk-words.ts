import { Refused } from './wire/errors.ts';

/** For clients of which only the protocol is used: they never send anything. */
export const protocolOnly = { region: 'us-east-1', credentials: { accessKeyId: 'unused', secretAccessKey: 'unused' } };

/** What every exception of the SDK is made with. */
export const saying = (message: string) => ({ message, $metadata: {} });

/** Refuses inputs that would change the answer and are not supported: to ignore them would be to answer wrongly. */
export function refuseMembers(operation: string, input: Readonly<Record<string, unknown>>, ...names: readonly string[]): void {
  const given = names.filter((name) => input[name] !== undefined);
  if (given.length > 0) throw new Refused('NotImplemented', `${operation} with ${given.join(', ')} is not supported by this stand-in.`);
}

/** The same for the properties of a CloudFormation resource. */
export function refuseProperties(type: string, properties: Readonly<Record<string, unknown>>, ...names: readonly string[]): void {
  const given = names.filter((name) => properties[name] !== undefined);
  if (given.length > 0) throw new Error(`${type} with ${given.join(', ')} is not supported by this stand-in.`);
}
