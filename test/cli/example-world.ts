/** A stage in order, as the operator's commands find it: v1.4.0 runs at staging, proven; v1.3.0 ran before. Tests break what they are about. */
import type { World } from '../../cli/world.ts';
import { secretContract } from '../../container/src/config/index.ts';
import type { ExecutionSummary } from '../../steps/contract/operator-ports.ts';
import type { ServiceView, StackView, TaskDefinitionView } from '../../steps/contract/ports.ts';
import { keys, type LockRecord, type Proven, type ReleaseRecord, type StageState } from '../../steps/contract/records.ts';
import { exampleOutputs } from '../container/builders.ts';
import { digest, image, ourService, ourTaskDefinition } from '../steps/builders.ts';
import { FakeTable, fakeSecrets } from '../steps/fakes.ts';
import {
  inspection,
  lastGood,
  minute,
  ourDefinition,
  release,
  request,
  serviceArn,
  stackView,
  stage,
  targetGroupArn,
} from '../steps/incidents.ts';
import { memoryObjects, port } from '../steps/ports.ts';

const { tag, commit, attempt, name, pushedBy } = release;
export const operatorArn = 'arn:aws:iam::111122223333:user/operator';
export const lastGoodKey = `last-good/staging/${name}/last-good.json`;

export const record = (changes: Partial<ReleaseRecord> = {}): ReleaseRecord => ({
  ...keys.release(tag, changes.attempt ?? attempt),
  tag,
  commit,
  attempt,
  name,
  pushedBy,
  startedAt: minute(0),
  outcome: 'released',
  ...changes,
});
export const proven: Proven = { tag, attempt, commit, digest, artefacts: image.artefacts, at: minute(20) };
export const state = (changes: Partial<StageState> = {}): StageState => ({ ...keys.state('staging'), proven, lastGood, ...changes });
export const blocked = { release: name, reason: 'RollbackFailed: the stack is locked', at: minute(30) };
export const lock = (changes: Partial<LockRecord> = {}): LockRecord => ({
  ...keys.lock('staging'),
  holder: name,
  tag,
  pushedBy,
  since: minute(3),
  ...changes,
});

export interface ExampleWorld {
  /** Of the Service stack; null when there is none. */
  stack?: StackView | null;
  foundation?: StackView | null;
  service?: ServiceView | null;
  definition?: TaskDefinitionView;
  /** Physical id of the task definition that CloudFormation knows. */
  declared?: string;
  targets?: { target: string; state: string; reason: string; description: string }[];
  objects?: Record<string, unknown>;
  table?: FakeTable;
  running?: string[];
  ports?: Partial<World>;
}

export const healthyTarget = { target: '10.0.0.1:5000', state: 'healthy', reason: '', description: '' };
export const objectsInOrder = {
  [lastGoodKey]: lastGood,
  [lastGood.templateKey]: '{"Resources":{}}',
  [`${image.artefacts.prefix}/secret-contract.json`]: secretContract(),
};

export function exampleWorld(example: ExampleWorld = {}): World & { table: FakeTable } {
  const {
    stack = stackView('UPDATE_COMPLETE'),
    service = ourService(),
    definition = ourTaskDefinition(),
    declared = ourDefinition,
  } = example;
  const { foundation = stackView('CREATE_COMPLETE', { name: stage.foundationStack, outputs: { ...inspection.foundation } }) } = example;
  const { targets = [healthyTarget, { ...healthyTarget, target: '10.0.0.2:5000' }], running = [] } = example;
  const views: Record<string, StackView | null> = {
    [stage.foundationStack]: foundation,
    [stage.serviceStack]: stack,
    [stage.quiltStackArn]: stackView('UPDATE_COMPLETE', { outputs: exampleOutputs }),
  };
  const resources: Record<string, string> = {
    'AWS::ECS::Service': serviceArn,
    'AWS::ECS::TaskDefinition': declared,
    'AWS::ElasticLoadBalancingV2::TargetGroup': targetGroupArn,
    'AWS::ECR::Repository': 'example-images',
  };
  const summary = (of: string, status: string): ExecutionSummary => ({ arn: `arn:example:${of}`, name: of, status });
  return {
    pipeline: {
      stateMachineArn: 'arn:aws:states:us-east-1:111122223333:stateMachine:example',
      table: 'example-table',
      bucket: 'example-diagnostics',
      repository: request.repository,
      stages: [stage, { ...stage, name: 'prod', secretName: 'example/prod/benchling' }],
      starter: () => 'example-starter',
    },
    table: example.table ?? new FakeTable(record(), state()),
    stacks: port<World['stacks']>({
      describe: async (of) => views[of] ?? null,
      resource: async (_, type) => ({ logicalId: 'Example', physicalId: resources[type] ?? '', status: 'CREATE_COMPLETE' }),
    }),
    services: port<World['services']>({ describe: async () => service, taskDefinition: async () => definition }),
    objects: memoryObjects({ ...objectsInOrder, ...example.objects }),
    secrets: fakeSecrets(),
    targetHealth: { describe: async () => targets },
    workQueues: {
      describe: async (of) => ({ url: `https://sqs.us-east-1.amazonaws.com/111122223333/${of}`, waiting: 0, inWork: 0 }),
      oldestSeconds: async () => null,
    },
    sampleKeys: { describe: async () => ({ state: 'Enabled', spec: 'ECC_NIST_P256', usage: 'SIGN_VERIFY' }) },
    executions: {
      find: async (of) => (running.includes(of) ? summary(of, 'RUNNING') : summary(of, 'FAILED')),
      recent: async () => running.map((of) => summary(of, 'RUNNING')),
    },
    host: port<World['host']>({}),
    starter: () => port({}),
    start: () => Promise.reject(new Error('the machine was not expected to be started')),
    caller: async () => operatorArn,
    ...example.ports,
  } as World & { table: FakeTable };
}
