import type { Permission, Principal, Provisioner, Provisioners, World } from '../kernel.ts';
import { notSupported } from './errors.ts';
import type { EventLog } from './event-log.ts';
import type { Stacks } from './stacks.ts';

/** Who decides and who may act: `Iam` is one. */
export interface Authority {
  readonly operator: Principal;
  /** Rejects with AccessDenied. */
  authorize(principal: Principal, permission: Permission): Promise<void>;
  /** Rejects when the role does not exist or does not trust the service. */
  assume(roleArn: string, via: string, session?: string): Promise<Principal>;
}

/** What every stack operation works with. */
export interface Engine {
  readonly world: World;
  readonly iam: Authority;
  readonly provisioners: Provisioners;
  readonly stacks: Stacks;
  readonly log: EventLog;
}

/** Throws ValidationError for a type that the rehearsal does not know. */
export function provisionerOf({ provisioners }: Pick<Engine, 'provisioners'>, type: string): Provisioner {
  const provisioner = Object.hasOwn(provisioners, type) ? provisioners[type] : undefined;
  if (!provisioner) throw notSupported(`Resource type ${type}`);
  return provisioner;
}
