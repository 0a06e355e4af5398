import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LoggedCall, nameOf, roleOf } from '../../rehearsal/call-log.ts';
import type { MeteredEvent, Requests } from '../../steps/contract/cost.ts';
import type { PriceName } from '../../steps/contract/prices.ts';
import { root } from '../assembly.ts';

/** One release, as test/long/record-history.ts wrote it. */
export interface RecordedRelease {
  readonly events: MeteredEvent[];
  /** What each step asked for in all, by what it costs. */
  readonly requests: Readonly<Record<string, Requests>>;
}

export const historyFile = (name: 'released' | 'rolled-back') => join(root, 'test/fixtures/history', `${name}.json`);
export const readHistory = (name: 'released' | 'rolled-back') => JSON.parse(readFileSync(historyFile(name), 'utf8')) as RecordedRelease;

/** What a call costs; undefined for one that AWS asks nothing for. */
function priceOf(call: LoggedCall): PriceName | undefined {
  const [service = '', operation = ''] = nameOf(call).split(' ');
  if (service === 'dynamodb') return /^(Get|Query|Scan|BatchGet)/.test(operation) ? 'tableRead' : 'tableWrite';
  if (service === 's3') return /^(Get|Head)Object/.test(operation) ? 'objectRead' : 'objectWrite';
  const prices: Readonly<Record<string, PriceName>> = {
    secretsmanager: 'secretCall',
    kms: 'signature',
    sns: 'message',
    events: 'event',
    monitoring: 'alarmLook',
  };
  return prices[service];
}

export function requestsIn(calls: readonly LoggedCall[]): Record<string, Requests> {
  const requests: Record<string, Requests> = {};
  for (const call of calls) {
    const price = priceOf(call);
    const step = roleOf(call);
    // Roles of AWS's own services and of the tasks are no steps.
    if (price === undefined || step.startsWith('arn:')) continue;
    const of = requests[step] ?? {};
    requests[step] = of;
    of[price] = (of[price] ?? 0) + 1;
  }
  return requests;
}
