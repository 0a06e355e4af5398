import type {
  DescribeStackDriftDetectionStatusInput,
  DescribeStackResourceDriftsInput,
  DetectStackDriftInput,
} from '@aws-sdk/client-cloudformation';
import type { Handler } from '../../kernel.ts';
import { page } from '../../paging.ts';
import { detectDrift } from '../drift.ts';
import type { Engine } from '../engine.ts';
import { validationError } from '../errors.ts';
import { refuseOptions } from './request.ts';

const PAGE = 100;

/** Whether stacks are what their templates say. */
export function driftHandlers(engine: Engine): Record<string, Handler> {
  const { stacks } = engine;
  return {
    DetectStackDrift(input: DetectStackDriftInput) {
      refuseOptions(input, 'DetectStackDrift', ['LogicalResourceIds']);
      return { StackDriftDetectionId: detectDrift(engine, stacks.get(input.StackName)).id };
    },
    DescribeStackDriftDetectionStatus({ StackDriftDetectionId: id }: DescribeStackDriftDetectionStatusInput) {
      const found = stacks.all().find(({ drift }) => drift?.id === id)?.drift;
      if (!found) throw validationError(`Drift detection [${id}] does not exist`);
      const { stack, status, reason, result, at, drifted } = found;
      return {
        StackId: stack.id,
        StackDriftDetectionId: id,
        StackDriftStatus: result,
        DetectionStatus: status,
        DetectionStatusReason: reason,
        DriftedStackResourceCount: drifted.length,
        Timestamp: at,
      };
    },
    DescribeStackResourceDrifts(input: DescribeStackResourceDriftsInput) {
      const { StackResourceDriftStatusFilters: wanted = [], MaxResults = PAGE } = input;
      const all = stacks.get(input.StackName).drift?.drifts ?? [];
      const chosen = all.filter(({ StackResourceDriftStatus: status }) => wanted.length === 0 || wanted.includes(status!));
      const { items, nextToken } = page(chosen, input.NextToken, MaxResults);
      return { StackResourceDrifts: items, NextToken: nextToken };
    },
  };
}
