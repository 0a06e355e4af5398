import {
  type CloudFormationClient,
  CloudFormationServiceException,
  DescribeStackDriftDetectionStatusCommand,
  DetectStackDriftCommand,
  paginateDescribeStackResourceDrifts,
  type StackResourceDrift,
} from '@aws-sdk/client-cloudformation';
import type { DriftView, Stacks } from '../contract/ports.ts';

/** Whether a stack is what its template says. CloudFormation compares in the background, in the caller's name. */
export function stackDrift(client: CloudFormationClient): Pick<Stacks, 'detectDrift' | 'drift'> {
  return {
    async detectDrift(StackName) {
      try {
        const { StackDriftDetectionId } = await client.send(new DetectStackDriftCommand({ StackName }));
        return StackDriftDetectionId ?? null;
      } catch (error) {
        // It has no error of its own; a check that is refused for another reason is none that runs.
        const refused = error instanceof CloudFormationServiceException && error.name === 'ValidationError';
        if (refused && /\bin progress\b/i.test(error.message)) return null;
        throw error;
      }
    },

    async drift(StackName, StackDriftDetectionId): Promise<DriftView | null> {
      const detection = await client.send(new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId }));
      if (detection.DetectionStatus === 'DETECTION_IN_PROGRESS') return null;
      const differs: string[] = [];
      const input = { StackName, StackResourceDriftStatusFilters: ['MODIFIED' as const, 'DELETED' as const] };
      for await (const { StackResourceDrifts = [] } of paginateDescribeStackResourceDrifts({ client }, input)) {
        differs.push(...StackResourceDrifts.map(inWords));
      }
      // A failed check has compared some resources, and says nothing of the others.
      const status = detection.DetectionStatus === 'DETECTION_COMPLETE' ? (detection.StackDriftStatus ?? 'UNKNOWN') : 'UNKNOWN';
      return { status, reason: detection.DetectionStatusReason ?? '', differs };
    },
  };
}

/** Names of properties only: values may be anything. */
function inWords({ LogicalResourceId, StackResourceDriftStatus, PropertyDifferences = [] }: StackResourceDrift): string {
  const paths = PropertyDifferences.map(({ PropertyPath }) => PropertyPath).join(' ');
  return `${LogicalResourceId} ${StackResourceDriftStatus}${paths && ` ${paths}`}`;
}
