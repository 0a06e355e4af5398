import type { ChangeSetView, Objects, Services, ServiceView, Stacks } from '../../steps/contract/ports.ts';
import {
  changeSetArn,
  minute,
  repairArn,
  serviceArn,
  serviceDeploymentArn,
  serviceView,
  stackEvent,
  stackId,
  stackView,
} from './incidents.ts';
import { clockAt, port } from './ports.ts';

/** What AWS would answer; tests change it between two polls. */
export interface RollbackWorld {
  /** null: CloudFormation says that it knows no such stack. */
  status: string | null;
  /** ClientRequestTokens of the stack's events. */
  tokens: string[];
  /** Status of ECS's newest service deployment; null when it has none. */
  ecs: string | null;
  /** null: CloudFormation lists no service. */
  service: ServiceView | null;
  /** By ARN. */
  changeSets: Record<string, Pick<ChangeSetView, 'status' | 'executionStatus'> & { reason?: string }>;
  stop: 'accepted' | 'refused';
  cancel: 'accepted' | 'refused';
  rollBack: 'accepted' | 'refused';
  /** Everything that changes something, in order. */
  readonly calls: string[];
}

export function rollbackWorld(initial: Partial<RollbackWorld> = {}) {
  const world: RollbackWorld = {
    status: 'UPDATE_IN_PROGRESS',
    tokens: [],
    ecs: 'IN_PROGRESS',
    service: serviceView(),
    changeSets: { [changeSetArn]: { status: 'CREATE_COMPLETE', executionStatus: 'EXECUTE_COMPLETE' } },
    stop: 'accepted',
    cancel: 'accepted',
    rollBack: 'accepted',
    calls: [],
    ...initial,
  };
  const did = <T>(call: string, answer: T): T => {
    world.calls.push(call);
    return answer;
  };
  const stacks = port<Stacks>({
    describe: async (id) => (world.status === null ? null : stackView(world.status, { stackId: id })),
    events: async () => world.tokens.map((token) => stackEvent({ token })),
    resource: async () => world.service && { logicalId: 'Service', physicalId: serviceArn, status: 'CREATE_COMPLETE' },
    changeSet: async (arn) => {
      const found = world.changeSets[arn];
      return found ? { arn, stackId, reason: '', changes: [], ...found } : null;
    },
    createChangeSet: async ({ name, stackName }) => {
      // Frozen: CloudFormation does not show it.
      if (!Object.isFrozen(world.changeSets)) world.changeSets[repairArn] ??= { status: 'CREATE_PENDING', executionStatus: 'UNAVAILABLE' };
      return did(`create change set ${name} on ${stackName}`, { arn: repairArn, stackId });
    },
    execute: async (arn, token) => did(`execute ${arn} as ${token}`, undefined),
    deleteChangeSet: async (arn) => did(`delete change set ${arn}`, undefined),
    deleteStack: async (id, token) => did(`delete stack ${id} as ${token}`, undefined),
    cancelUpdate: async (id, token) => did(`cancel ${id} as ${token}`, world.cancel),
    rollBack: async (id, token) => did(`roll back ${id} as ${token}`, world.rollBack),
  });
  const services = port<Services>({
    describe: async () => world.service,
    deployment: async () => (world.ecs === null ? null : { arn: serviceDeploymentArn, status: world.ecs, reason: '' }),
    rollBackDeployment: async (arn) => did(`stop ${arn}`, world.stop),
  });
  const objects = port<Objects>({ url: async (bucket, key) => `https://${bucket}.s3.us-east-1.amazonaws.com/${key}` });
  return { world, ports: { stacks, services, objects, clock: clockAt(minute(9)) } };
}
