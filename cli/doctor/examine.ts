import type { World } from '../world.ts';
import type { Facts } from './facts.ts';
import { type Check, type CheckName, checkNames, type Finding, finding } from './finding.ts';
import { checkFoundation, checkSampleKey, checkSecret } from './foundation-checks.ts';
import { checkWorkQueue } from './queue-checks.ts';
import { checkBlocked, checkLastGood, checkLock } from './record-checks.ts';
import { checkService, checkStack, checkTargets, checkVersion } from './stack-checks.ts';

const checks: Record<CheckName, (facts: Facts, world: World) => Promise<Finding>> = {
  foundation: checkFoundation,
  'sample key': checkSampleKey,
  secret: checkSecret,
  stack: checkStack,
  service: checkService,
  version: checkVersion,
  targets: checkTargets,
  'work queue': checkWorkQueue,
  'last-good': checkLastGood,
  lock: checkLock,
  'blocked mark': checkBlocked,
};

/** Looks at a stage and touches nothing. One check that cannot look does not keep the others from looking. */
export async function examine(facts: Facts, world: World, names: readonly CheckName[] = checkNames): Promise<Check[]> {
  return Promise.all(names.map(async (name) => ({ name, ...(await finding(() => checks[name](facts, world))) })));
}
