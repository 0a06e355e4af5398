import { isDeepStrictEqual } from 'node:util';
import { readinessOf } from '../../steps/checks/readiness.ts';
import { type Finding, missing, ok, problem, unknown, warning } from '../doctor/finding.ts';
import type { Surroundings } from '../init/surroundings.ts';
import type { Checkout } from './checkout.ts';

/** A stack that people deploy: whether it stands, is what this checkout would deploy, and was like its template when it was last compared. */
export async function checkInstalledStack(
  name: string,
  { stacks, driftRecords }: Pick<Surroundings, 'stacks' | 'driftRecords'>,
  checkout: Pick<Checkout, 'template'>,
): Promise<Finding> {
  const view = await stacks.describe(name);
  const readiness = readinessOf(view?.status ?? null);
  if (!view || readiness === 'absent') return missing(`there is no stack ${name}`, `npx cdk deploy ${name}`);
  const events = `aws cloudformation describe-stack-events --stack-name ${name}`;
  if (readiness !== 'settled') return problem(`${name} is ${view.status}${view.reason && ` (${view.reason})`}`, events);

  const [deployed, drift] = await Promise.all([stacks.template(view.stackId), driftRecords.last(view.stackId)]);
  const compared = drift.at ? `${drift.status} when it was compared at ${drift.at}` : 'never compared with its template';
  if (drift.status === 'DRIFTED') return warning(`${name} is ${compared}: somebody changed it by hand`, `npx cdk drift ${name}`);
  // What this checkout would deploy is asked last: where it cannot be known, the rest is still said.
  const here = await checkout.template(name).catch(() => null);
  if (here === null)
    return unknown(`${name} is ${view.status}, ${compared}; this checkout's own template of it could not be made`, `npx cdk synth ${name}`);
  if (!isDeepStrictEqual(JSON.parse(deployed), JSON.parse(here)))
    return warning(`${name} is ${view.status}, but not what this checkout would deploy`, `npx cdk diff ${name}`);
  return ok(`${name} is ${view.status}, as this checkout would deploy it; ${compared}`);
}
