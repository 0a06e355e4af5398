import { randomUUID } from 'node:crypto';
import type { OperationType, ResourceStatus } from '@aws-sdk/client-cloudformation';
import type { CloudEvent, Properties } from '../kernel.ts';
import type { Resource, Stack } from './stack.ts';

export interface LoggedEvent {
  readonly id: string;
  readonly at: Date;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: ResourceStatus;
  readonly reason?: string;
  readonly properties?: Properties;
  readonly operationId?: string;
  readonly operationType?: OperationType;
  readonly token?: string;
}

const STACK_TYPE = 'AWS::CloudFormation::Stack';

/** Writes down what happens to stacks, and tells EventBridge. */
export class EventLog {
  readonly #emit: (event: CloudEvent) => void;

  constructor(emit: (event: CloudEvent) => void) {
    this.#emit = emit;
  }

  /** The stack enters a status. */
  enter(stack: Stack, status: Stack['status'], reason?: string): void {
    stack.status = status;
    stack.reason = reason;
    // REVIEW_IN_PROGRESS and the cleanup statuses are no resource statuses in the SDK's types, yet AWS sends them in events.
    this.#write(stack, { logicalId: stack.name, physicalId: stack.id, type: STACK_TYPE, status: status as ResourceStatus, reason });
    this.#emit({
      source: 'aws.cloudformation',
      'detail-type': 'CloudFormation Stack Status Change',
      resources: [stack.id],
      detail: this.#detail(stack, status, reason),
    });
  }

  /** A resource enters the status that it carries. @param physicalId where it is not the resource's own */
  resource(stack: Stack, resource: Resource, physicalId = resource.physicalId ?? ''): void {
    const { logicalId, type, status, reason, properties } = resource;
    this.#write(stack, { logicalId, physicalId, type, status, reason, properties });
    this.#emit({
      source: 'aws.cloudformation',
      'detail-type': 'CloudFormation Resource Status Change',
      resources: [stack.id],
      detail: {
        ...this.#detail(stack, status, reason),
        'logical-resource-id': logicalId,
        'physical-resource-id': physicalId,
        'resource-type': type,
      },
    });
  }

  #detail(stack: Stack, status: string, reason?: string) {
    return {
      'stack-id': stack.id,
      'status-details': { status, 'status-reason': reason ?? '' },
      'client-request-token': stack.operation?.token ?? '',
    };
  }

  #write(stack: Stack, event: Omit<LoggedEvent, 'id' | 'at' | 'operationId' | 'operationType' | 'token'>): void {
    const at = new Date();
    const { operation } = stack;
    const id = event.type === STACK_TYPE ? randomUUID() : `${event.logicalId}-${event.status}-${at.toISOString()}`;
    stack.events.push({ ...event, id, at, operationId: operation?.id, operationType: operation?.type, token: operation?.token });
  }
}
