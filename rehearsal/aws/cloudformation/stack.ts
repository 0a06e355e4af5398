import { randomUUID } from 'node:crypto';
import type { Output, ResourceStatus, StackStatus } from '@aws-sdk/client-cloudformation';
import type { Properties, World } from '../kernel.ts';
import type { ChangeSet } from './change-set.ts';
import type { DriftDetection } from './drift.ts';
import type { LoggedEvent } from './event-log.ts';
import type { Operation } from './operation.ts';
import type { ParameterValues } from './parameters.ts';
import type { ResourceDefinition, Template } from './template.ts';

/** A resource of a stack at one moment. Never changed in place: an older one stays what a rollback returns to. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  /** Absent until the thing exists. */
  readonly physicalId?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** With every intrinsic function resolved. */
  readonly properties: Properties;
  readonly definition: ResourceDefinition;
  readonly dependsOn: readonly string[];
  readonly status: ResourceStatus;
  readonly reason?: string;
  readonly changedAt: Date;
  /** What it really is, where a rollback left it out and `properties` say what is not true. */
  readonly actual?: Properties;
  /** Failed because a rollback did, not because it was cancelled: only such a resource may be skipped. */
  readonly rollbackFailed?: boolean;
}

/** What a stack is to become. */
export interface Goal {
  readonly body: string;
  readonly template: Template;
  readonly parameters: ParameterValues;
  readonly tags: Readonly<Record<string, string>>;
  readonly capabilities: readonly string[];
}

/** What a stack was when it was last complete: a rollback returns to it. */
export interface Stable {
  readonly goal: Goal;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly outputs: readonly Output[];
  readonly imports: ReadonlySet<string>;
}

const GONE: readonly ResourceStatus[] = ['DELETE_COMPLETE', 'DELETE_SKIPPED'];

export class Stack {
  readonly name: string;
  readonly id: string;
  readonly createdAt = new Date();
  updatedAt?: Date;
  deletedAt?: Date;
  status: StackStatus = 'REVIEW_IN_PROGRESS';
  reason?: string;
  /** What GetTemplate shows. Absent until a change set is executed. */
  goal?: Goal;
  stable?: Stable;
  readonly resources = new Map<string, Resource>();
  /** Physical resources that exist but belong to the stack no longer: deleted at the next cleanup. */
  superseded: Resource[] = [];
  outputs: readonly Output[] = [];
  imports: ReadonlySet<string> = new Set();
  /** Sticks once given, also when the next caller may not pass it. */
  roleArn?: string;
  description?: string;
  terminationProtection = false;
  disableRollback = false;
  /** Created with OnStackFailure DO_NOTHING: AWS then refuses to update it from CREATE_FAILED. */
  doNothingOnFailure = false;
  operation?: Operation;
  /** The newest comparison with the template; forgotten when something is done to the stack. */
  drift?: DriftDetection;
  readonly operations: Operation[] = [];
  readonly changeSets = new Map<string, ChangeSet>();
  /** Oldest first. */
  readonly events: LoggedEvent[] = [];
  /** Client request token → what it asked for. */
  readonly tokens = new Map<string, string>();

  /** @param id an ARN that others already know. @default - one with a random last part */
  constructor(world: Pick<World, 'partition' | 'region' | 'account'>, name: string, id?: string) {
    const arn = `arn:${world.partition}:cloudformation:${world.region}:${world.account}:stack/${name}/`;
    if (id !== undefined && !id.startsWith(arn)) throw new Error(`A stack ${name} cannot have the id ${id}: expected ${arn}…`);
    this.name = name;
    this.id = id ?? `${arn}${randomUUID()}`;
  }

  /** The resource, unless it is deleted or was left behind. */
  live(logicalId: string): Resource | undefined {
    const resource = this.resources.get(logicalId);
    return resource && !GONE.includes(resource.status) ? resource : undefined;
  }

  liveResources(): Resource[] {
    return [...this.resources.values()].filter(({ status }) => !GONE.includes(status));
  }

  put(resource: Resource): Resource {
    this.resources.set(resource.logicalId, resource);
    return resource;
  }

  /** What is now is what a rollback returns to. */
  markStable(): void {
    this.stable = { goal: this.goal!, resources: new Map(this.resources), outputs: this.outputs, imports: this.imports };
  }
}
