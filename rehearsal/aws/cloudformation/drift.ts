import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type {
  PropertyDifference,
  StackDriftDetectionStatus,
  StackDriftStatus,
  StackResourceDrift,
  StackStatus,
} from '@aws-sdk/client-cloudformation';
import type { Properties } from '../kernel.ts';
import { type Engine, provisionerOf } from './engine.ts';
import { messageOf, validationError } from './errors.ts';
import type { Resource, Stack } from './stack.ts';

/** AWS seconds that a comparison takes at least: long enough to be asked about. */
const PAUSE = 2;
const comparable: readonly StackStatus[] = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_FAILED'];
/** Types that AWS does not compare. */
const unsupported = ['AWS::CDK::Metadata'];

/** One comparison of a stack with its template. */
export class DriftDetection {
  readonly id = randomUUID();
  readonly stack: Stack;
  status: StackDriftDetectionStatus = 'DETECTION_IN_PROGRESS';
  reason?: string;
  result?: StackDriftStatus;
  at = new Date();
  drifts: readonly StackResourceDrift[] = [];

  constructor(stack: Stack) {
    this.stack = stack;
  }

  /** Never rejects: what goes wrong is the detection's reason. */
  async run(engine: Engine): Promise<void> {
    await engine.world.clock.wait(PAUSE);
    this.at = new Date();
    try {
      this.drifts = await Promise.all(this.stack.liveResources().map((resource) => compare(engine, this.stack, resource, this.at)));
      this.result = this.drifted.length > 0 ? 'DRIFTED' : 'IN_SYNC';
      this.status = 'DETECTION_COMPLETE';
    } catch (error) {
      this.status = 'DETECTION_FAILED';
      this.reason = messageOf(error);
    }
  }

  get drifted(): StackResourceDrift[] {
    return this.drifts.filter(({ StackResourceDriftStatus: status }) => status === 'MODIFIED' || status === 'DELETED');
  }
}

/** Throws ValidationError where nothing can be compared. AWS's wordings were not seen; nothing should depend on more than `in progress`. */
export function detectDrift(engine: Engine, stack: Stack): DriftDetection {
  if (stack.drift?.status === 'DETECTION_IN_PROGRESS') {
    throw validationError(`Drift detection is already in progress for stack [${stack.id}]`);
  }
  if (!comparable.includes(stack.status)) {
    throw validationError(`Drift detection cannot be performed on stack [${stack.id}] while it is ${stack.status}`);
  }
  const detection = new DriftDetection(stack);
  stack.drift = detection;
  void detection.run(engine);
  return detection;
}

/** Only what the template names is compared. */
async function compare(engine: Engine, stack: Stack, resource: Resource, Timestamp: Date): Promise<StackResourceDrift> {
  const { logicalId, physicalId, type, properties } = resource;
  const about = {
    StackId: stack.id,
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    ExpectedProperties: JSON.stringify(properties),
    Timestamp,
  };
  if (unsupported.includes(type)) return { ...about, StackResourceDriftStatus: 'NOT_CHECKED' };
  const actual = await actualOf(engine, resource);
  if (actual === null) return { ...about, StackResourceDriftStatus: 'DELETED' };
  const PropertyDifferences = differences(properties, actual);
  const StackResourceDriftStatus = PropertyDifferences.length > 0 ? 'MODIFIED' : 'IN_SYNC';
  return { ...about, ActualProperties: JSON.stringify(actual), PropertyDifferences, StackResourceDriftStatus };
}

/** What the resource really is; null when it is gone. */
async function actualOf(engine: Engine, { type, physicalId, properties, actual }: Resource): Promise<Properties | null> {
  const known = actual ?? properties;
  const { read } = provisionerOf(engine, type);
  const seen = read && physicalId !== undefined ? await read(physicalId) : {};
  return seen === undefined ? null : { ...known, ...seen };
}

const differences = (expected: Properties, actual: Properties): PropertyDifference[] =>
  Object.keys(expected)
    .filter((name) => !isDeepStrictEqual(expected[name], actual[name]))
    .map((name) => ({
      PropertyPath: `/${name}`,
      ExpectedValue: told(expected[name]),
      ActualValue: told(actual[name]),
      DifferenceType: actual[name] === undefined ? 'REMOVE' : 'NOT_EQUAL',
    }));

const told = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
