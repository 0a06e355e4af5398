import type { DescribeChangeSetCommandOutput, StackEvent as SdkEvent, Stack } from '@aws-sdk/client-cloudformation';
import type { ChangeSetView, StackEvent, StackView } from '../contract/ports.ts';

type ChangeSetAnswer = Omit<DescribeChangeSetCommandOutput, '$metadata'>;

export function stackView(stack: Stack): StackView {
  return {
    stackId: stack.StackId ?? '',
    name: stack.StackName ?? '',
    status: stack.StackStatus ?? '',
    reason: stack.StackStatusReason ?? '',
    outputs: Object.fromEntries((stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue])),
    parameters: Object.fromEntries(
      (stack.Parameters ?? []).map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
    ),
    lastUpdated: (stack.LastUpdatedTime ?? stack.CreationTime)?.toISOString() ?? null,
  };
}

export function changeSetView(set: ChangeSetAnswer): ChangeSetView {
  const resources = (set.Changes ?? []).flatMap(({ ResourceChange }) => (ResourceChange ? [ResourceChange] : []));
  return {
    arn: set.ChangeSetId ?? '',
    stackId: set.StackId ?? '',
    status: set.Status ?? '',
    reason: set.StatusReason ?? '',
    executionStatus: set.ExecutionStatus ?? '',
    changes: resources.map((change) => ({
      logicalId: change.LogicalResourceId ?? '',
      type: change.ResourceType ?? '',
      action: change.Action ?? '',
      replacement: change.Replacement ?? null,
      scope: change.Scope ?? [],
    })),
  };
}

export function eventView(event: SdkEvent): StackEvent {
  return {
    at: event.Timestamp?.toISOString() ?? '',
    logicalId: event.LogicalResourceId ?? '',
    physicalId: event.PhysicalResourceId ?? '',
    type: event.ResourceType ?? '',
    status: event.ResourceStatus ?? '',
    reason: event.ResourceStatusReason ?? '',
    token: event.ClientRequestToken ?? '',
  };
}
