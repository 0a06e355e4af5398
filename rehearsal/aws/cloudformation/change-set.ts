import { randomUUID } from 'node:crypto';
import type { Change, ChangeSetStatus, ChangeSetType, ExecutionStatus, OnStackFailure } from '@aws-sdk/client-cloudformation';
import { type Plan, planChanges } from './changes.ts';
import type { Engine } from './engine.ts';
import { messageOf } from './errors.ts';
import type { Goal, Stack } from './stack.ts';

export const NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set.";

/** AWS seconds that each status of a creation lasts. */
const PAUSE = 1;

export interface ChangeSetRequest {
  readonly name: string;
  readonly type: ChangeSetType;
  readonly goal: Goal;
  readonly roleArn?: string;
  readonly description?: string;
  readonly onStackFailure?: OnStackFailure;
  readonly clientToken?: string;
}

export class ChangeSet {
  readonly id: string;
  readonly stack: Stack;
  readonly request: ChangeSetRequest;
  readonly createdAt = new Date();
  status: ChangeSetStatus = 'CREATE_PENDING';
  reason?: string;
  executionStatus: ExecutionStatus = 'UNAVAILABLE';
  changes: readonly Change[] = [];

  constructor({ world }: Pick<Engine, 'world'>, stack: Stack, request: ChangeSetRequest) {
    this.id = `arn:${world.partition}:cloudformation:${world.region}:${world.account}:changeSet/${request.name}/${randomUUID()}`;
    this.stack = stack;
    this.request = request;
  }

  /** Works out the changes, in the background as AWS does. Never rejects: what goes wrong is the change set's reason. */
  async prepare(engine: Engine): Promise<void> {
    await engine.world.clock.wait(PAUSE);
    this.status = 'CREATE_IN_PROGRESS';
    await engine.world.clock.wait(PAUSE);
    try {
      this.conclude(planChanges(engine, this.stack, this.request.goal));
    } catch (error) {
      this.fail(messageOf(error));
    }
  }

  private conclude(plan: Plan): void {
    if (plan.empty) {
      this.fail(NO_CHANGES);
    } else {
      this.changes = plan.changes;
      this.status = 'CREATE_COMPLETE';
      // Another update may have run meanwhile.
      if (this.executionStatus !== 'OBSOLETE') this.executionStatus = 'AVAILABLE';
    }
  }

  private fail(reason: string): void {
    this.status = 'FAILED';
    this.reason = reason;
  }
}

/** What was worked out against a stack that is changed since cannot be executed. */
export function makeObsolete(stack: Stack, but?: ChangeSet): void {
  for (const each of stack.changeSets.values()) {
    const open = each.executionStatus === 'AVAILABLE' || each.status === 'CREATE_PENDING' || each.status === 'CREATE_IN_PROGRESS';
    if (each !== but && open) each.executionStatus = 'OBSOLETE';
  }
}
