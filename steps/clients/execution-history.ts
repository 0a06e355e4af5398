import {
  type HistoryEvent as AwsEvent,
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { defaults } from './defaults.ts';

const client = new SFNClient(defaults);

/** One event of an execution, cut down to what a person is shown. */
export interface HistoryEvent {
  readonly id: number;
  readonly at: string;
  /** As in GetExecutionHistory: `TaskStateEntered`, `TaskFailed`, `ExecutionSucceeded` … */
  readonly type: string;
  /** Name of the state, for events of entering and leaving. */
  readonly state?: string;
  /** Service that a task asks, for events of tasks: `lambda`, `codebuild`, `dynamodb`. */
  readonly service?: string;
  /** Of the whole event, as it is logged. */
  readonly bytes?: number;
  /** Variables that the state assigned when it was left, parsed. */
  readonly assigned: Readonly<Record<string, unknown>>;
  readonly error?: string;
  readonly cause?: string;
}
export interface ExecutionView {
  readonly arn: string;
  readonly name: string;
  /** RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, PENDING_REDRIVE */
  readonly status: string;
  readonly startedAt: string;
  readonly stoppedAt: string | null;
  readonly error: string | null;
  readonly cause: string | null;
}

/** All events after `afterId`, oldest first. */
export async function historyAfter(executionArn: string, afterId: number): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  // Who follows asks for what is new since a moment ago: a full page of the old would be thrown away each time.
  const maxResults = afterId > 0 ? 10 : 200;
  for (let nextToken: string | undefined; ; ) {
    // Newest first, so that following a long execution does not read its beginning again each time.
    const page = await client.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults, nextToken }));
    for (const event of page.events ?? []) {
      if ((event.id ?? 0) <= afterId) return events.reverse();
      events.push(view(event));
    }
    nextToken = page.nextToken;
    if (!nextToken) return events.reverse();
  }
}

/** The newest execution whose name is one of those asked for; null when there is none. */
export async function newestExecution(stateMachineArn: string, isIt: (name: string) => boolean): Promise<string | null> {
  for (let nextToken: string | undefined; ; ) {
    const page = await client.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 100, nextToken }));
    const found = page.executions?.find((execution) => isIt(execution.name ?? ''));
    if (found?.executionArn) return found.executionArn;
    nextToken = page.nextToken;
    if (!nextToken) return null;
  }
}

export async function executionExists(executionArn: string): Promise<boolean> {
  try {
    await client.send(new DescribeExecutionCommand({ executionArn }));
    return true;
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return false;
    throw error;
  }
}

export async function describeExecution(executionArn: string): Promise<ExecutionView> {
  const found = await client.send(new DescribeExecutionCommand({ executionArn }));
  return {
    arn: executionArn,
    name: found.name ?? '',
    status: found.status ?? 'RUNNING',
    startedAt: found.startDate?.toISOString() ?? '',
    stoppedAt: found.stopDate?.toISOString() ?? null,
    error: found.error ?? null,
    cause: found.cause ?? null,
  };
}

function view(event: AwsEvent): HistoryEvent {
  const failed =
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.executionFailedEventDetails ??
    event.executionAbortedEventDetails ??
    event.executionTimedOutEventDetails;
  const state = event.stateEnteredEventDetails?.name ?? event.stateExitedEventDetails?.name;
  const service = event.taskScheduledEventDetails?.resourceType;
  const assigned = Object.entries(event.stateExitedEventDetails?.assignedVariables ?? {}).map(([name, value]) => [
    name,
    JSON.parse(value) as unknown,
  ]);
  return {
    id: event.id ?? 0,
    at: event.timestamp?.toISOString() ?? '',
    type: event.type ?? '',
    ...(state !== undefined && { state }),
    ...(service !== undefined && { service }),
    bytes: JSON.stringify(event).length,
    assigned: Object.fromEntries(assigned),
    ...(failed && { error: failed.error ?? '', cause: failed.cause ?? '' }),
  };
}
