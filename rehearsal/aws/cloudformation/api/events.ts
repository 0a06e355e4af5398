import type {
  BeaconStackOperationStatus,
  DescribeEventsInput,
  DescribeStackEventsInput,
  EventType,
  OperationEvent,
  StackEvent,
} from '@aws-sdk/client-cloudformation';
import type { Handler } from '../../kernel.ts';
import { page } from '../../paging.ts';
import { validationError } from '../errors.ts';
import type { LoggedEvent } from '../event-log.ts';
import type { Stack } from '../stack.ts';
import type { Stacks } from '../stacks.ts';

const PAGE = 100;

/** What happened, newest first: by stack, or by operation with the failures picked out. */
export function eventHandlers(stacks: Stacks): Record<string, Handler> {
  return {
    DescribeStackEvents({ StackName, NextToken }: DescribeStackEventsInput) {
      const stack = stacks.get(StackName);
      const { items, nextToken } = page(newestFirst(stack), NextToken, PAGE);
      return { StackEvents: items.map((event) => stackEvent(stack, event)), NextToken: nextToken };
    },
    DescribeEvents(input: DescribeEventsInput) {
      const stack = stackOf(stacks, input);
      const found = newestFirst(stack).filter(
        (event) =>
          (input.OperationId === undefined || event.operationId === input.OperationId) &&
          (!input.Filters?.FailedEvents || typeOf(event) === 'PROVISIONING_ERROR'),
      );
      const { items, nextToken } = page(found, input.NextToken, PAGE);
      return { OperationEvents: items.map((event) => operationEvent(stack, event)), NextToken: nextToken };
    },
  };
}

const newestFirst = ({ events }: Stack): LoggedEvent[] => events.slice().reverse();

function stackOf(stacks: Stacks, { StackName, OperationId, ChangeSetName }: DescribeEventsInput): Stack {
  if (ChangeSetName !== undefined) return stacks.changeSet(ChangeSetName, StackName).stack;
  if (StackName !== undefined) return stacks.get(StackName);
  const found = stacks.all().find(({ operations }) => operations.some(({ id }) => id === OperationId));
  if (!found) throw validationError(`Operation [${OperationId}] does not exist`);
  return found;
}

const common = (stack: Stack, event: LoggedEvent) => ({
  StackId: stack.id,
  EventId: event.id,
  OperationId: event.operationId,
  LogicalResourceId: event.logicalId,
  PhysicalResourceId: event.physicalId,
  ResourceType: event.type,
  Timestamp: event.at,
  ResourceStatus: event.status,
  ResourceStatusReason: event.reason,
  ResourceProperties: event.properties && JSON.stringify(event.properties),
  ClientRequestToken: event.token,
});

const stackEvent = (stack: Stack, event: LoggedEvent): StackEvent => ({ ...common(stack, event), StackName: stack.name });

const operationEvent = (stack: Stack, event: LoggedEvent): OperationEvent => ({
  ...common(stack, event),
  EventType: typeOf(event),
  OperationType: event.operationType,
  OperationStatus: operationStatus(event),
});

const isOfStack = ({ type }: LoggedEvent): boolean => type === 'AWS::CloudFormation::Stack';

function typeOf(event: LoggedEvent): EventType {
  if (isOfStack(event)) return 'STACK_EVENT';
  return event.status.endsWith('_FAILED') ? 'PROVISIONING_ERROR' : 'PROGRESS_EVENT';
}

/** Only what a stack enters says how its operation goes. */
function operationStatus(event: LoggedEvent): BeaconStackOperationStatus | undefined {
  if (!isOfStack(event)) return undefined;
  if (event.status.endsWith('_IN_PROGRESS')) return 'IN_PROGRESS';
  // A rollback that an update brings about ends the update: as a failure.
  const undone =
    event.status.endsWith('ROLLBACK_COMPLETE') && (event.operationType === 'CREATE_STACK' || event.operationType === 'UPDATE_STACK');
  return undone || event.status.endsWith('_FAILED') ? 'FAILED' : 'SUCCEEDED';
}
