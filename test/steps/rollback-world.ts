import type { ChangeSetView, DriftView, Services, ServiceView, StackEvent, Stacks } from '../../steps/contract/ports.ts';
import {
  changeSetArn,
  lastGood,
  minute,
  repairArn,
  serviceArn,
  serviceDeploymentArn,
  serviceView,
  stackEvent,
  stackId,
  stackView,
} from './incidents.ts';
import { clockAt, memoryObjects, port } from './ports.ts';

/** What AWS would answer; tests change it between two polls. */
export interface RollbackWorld {
  /** null: CloudFormation says that it knows no such stack. */
  status: string | null;
  /** ClientRequestTokens of the stack's events. */
  tokens: string[];
  /** Of the stack, newest first, before those that carry the tokens. */
  events: StackEvent[];
  /** Status of ECS's newest service deployment; null when it has none. */
  ecs: string | null;
  /** null: CloudFormation lists no service. */
  service: ServiceView | null;
  /** By ARN. */
  changeSets: Record<string, Pick<ChangeSetView, 'status' | 'executionStatus'> & { reason?: string }>;
  stop: 'accepted' | 'refused';
  cancel: 'accepted' | 'refused';
  rollBack: 'accepted' | 'refused';
  continueRollback: 'accepted' | 'refused';
  /** Id of a drift check that can be begun; null while another one runs. */
  driftCheck: string | null;
  /** What the check found; null while it runs. */
  drift: DriftView | null;
  /** Everything that changes something, in order. */
  readonly calls: string[];
}

export const lastGoodTemplate = {
  Resources: {
    Task: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: { ContainerDefinitions: [{ Name: 'webhook', DockerLabels: { 'release.tag': 'v1.3.0' } }] },
    },
    Service: { Type: 'AWS::ECS::Service', Properties: { TaskDefinition: { Ref: 'Task' } } },
  },
};

/** A rollback that failed, newest event first: the service could not go back, another resource was only cancelled. */
export const failedRollback: StackEvent[] = [
  stackEvent({ status: 'UPDATE_ROLLBACK_FAILED' }),
  stackEvent({
    logicalId: 'Rule',
    physicalId: 'rule',
    type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    status: 'UPDATE_FAILED',
    reason: 'Resource update cancelled',
  }),
  stackEvent({
    logicalId: 'Service',
    physicalId: serviceArn,
    type: 'AWS::ECS::Service',
    status: 'UPDATE_FAILED',
    reason: 'Resource handler returned message',
  }),
  stackEvent({ logicalId: 'Service', physicalId: serviceArn, type: 'AWS::ECS::Service', status: 'UPDATE_IN_PROGRESS' }),
  stackEvent({ logicalId: 'Task', physicalId: 'task', type: 'AWS::ECS::TaskDefinition', status: 'UPDATE_COMPLETE' }),
  stackEvent({ status: 'UPDATE_ROLLBACK_IN_PROGRESS' }),
  stackEvent({ logicalId: 'Older', physicalId: 'older', type: 'AWS::IAM::Role', status: 'UPDATE_FAILED', reason: 'of the update itself' }),
];

export function rollbackWorld(initial: Partial<RollbackWorld> = {}) {
  const world: RollbackWorld = {
    status: 'UPDATE_IN_PROGRESS',
    tokens: [],
    events: [],
    ecs: 'IN_PROGRESS',
    service: serviceView(),
    changeSets: { [changeSetArn]: { status: 'CREATE_COMPLETE', executionStatus: 'EXECUTE_COMPLETE' } },
    stop: 'accepted',
    cancel: 'accepted',
    rollBack: 'accepted',
    continueRollback: 'accepted',
    driftCheck: 'example-check',
    drift: { status: 'IN_SYNC', reason: '', differs: [] },
    calls: [],
    ...initial,
  };
  const did = <T>(call: string, answer: T): T => {
    world.calls.push(call);
    return answer;
  };
  const stacks = port<Stacks>({
    describe: async (id) => (world.status === null ? null : stackView(world.status, { stackId: id })),
    events: async () => [...world.events, ...world.tokens.map((token) => stackEvent({ token }))],
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
    continueRollback: async (id, token, skip) => did(`continue ${id} as ${token} without [${skip}]`, world.continueRollback),
    detectDrift: async (id) => did(`compare ${id}`, world.driftCheck),
    drift: async () => world.drift,
  });
  const services = port<Services>({
    describe: async () => world.service,
    deployment: async () => (world.ecs === null ? null : { arn: serviceDeploymentArn, status: world.ecs, reason: '' }),
    rollBackDeployment: async (arn) => did(`stop ${arn}`, world.stop),
  });
  const objects = memoryObjects({ [lastGood.templateKey]: lastGoodTemplate });
  return { world, ports: { stacks, services, objects, clock: clockAt(minute(9)) } };
}
