import type * as sdk from '@aws-sdk/client-eventbridge';
import type { CloudEvent } from '../kernel.ts';

export interface Refusal {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

const required = (name: string): Refusal => ({
  ErrorCode: 'InvalidArgument',
  ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
});

/** Reads one entry of PutEvents; a bad one is refused by itself and the others go on. */
export function readEntry(entry: sdk.PutEventsRequestEntry): CloudEvent | Refusal {
  const { Source, DetailType, Detail, Resources = [] } = entry;
  if (!Source) return required('Source');
  if (!DetailType) return required('DetailType');
  if (!Detail) return required('Detail');
  if (Source.startsWith('aws.')) return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  const detail = parseObject(Detail);
  if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  return { source: Source, 'detail-type': DetailType, detail, resources: Resources };
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
