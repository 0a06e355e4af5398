import { bootCrash } from './boot-crash.ts';
import { configBroken } from './config-broken.ts';
import type { Fault } from './fault.ts';
import { firstDeployFails } from './first-deploy-fails.ts';
import { secretMissingKey } from './secret-missing-key.ts';

/** Every failure that a rehearsal can inject by name. */
export const faults: readonly Fault[] = [secretMissingKey, firstDeployFails, bootCrash, configBroken];

export const faultNamed = (name: string): Fault | undefined => faults.find((fault) => fault.name === name);
