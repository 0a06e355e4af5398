import { sha256 } from '../../steps/checks/hash.ts';
import { loops } from '../../steps/contract/patience.ts';
import type { ChangeSetView, Stacks } from '../../steps/contract/ports.ts';
import { planChange } from '../../steps/plan-change.ts';
import { digest, image, nothingThere } from './builders.ts';
import { changeSetArn, inspection, release, stackId, stage } from './incidents.ts';
import { memoryObjects, port } from './ports.ts';

const template = JSON.stringify({ Resources: { Service: { Type: 'AWS::ECS::Service' } } });
const templateKey = `${image.artefacts.prefix}/staging.template.json`;
const taskDefinition = { logicalId: 'Task', type: 'AWS::ECS::TaskDefinition', action: 'Modify', replacement: 'True', scope: ['Tags'] };
const view = (changes: Partial<ChangeSetView> = {}): ChangeSetView => ({
  arn: changeSetArn,
  stackId,
  status: 'CREATE_COMPLETE',
  reason: '',
  executionStatus: 'AVAILABLE',
  changes: [taskDefinition],
  ...changes,
});

interface World {
  seen?: ChangeSetView | null;
  polls?: number;
  at?: typeof inspection;
  text?: string;
}
function plan({ seen = view(), polls = 0, at = inspection, text = template }: World = {}) {
  const made: Parameters<Stacks['createChangeSet']>[0][] = [];
  const stacks = port<Stacks>({
    async createChangeSet(input) {
      made.push(input);
      return { arn: changeSetArn, stackId };
    },
    changeSet: async () => seen,
  });
  const objects = memoryObjects({ [templateKey]: text });
  return { made, planned: planChange({ release, stage, image, inspection: at, polls }, { stacks, objects }) };
}

it("has the tag's own template computed, with the pinned digest and the release's name on everything", async () => {
  const { made, planned } = plan();
  await planned;
  expect(made).toEqual([
    {
      stackName: 'StagingService',
      name: 'release-v1-4-0-0123456-1',
      kind: 'UPDATE',
      templateUrl: `https://example-artefacts.s3.us-east-1.amazonaws.com/${templateKey}`,
      parameters: { ImageDigest: digest },
      tags: { 'release:tag': 'v1.4.0', 'release:attempt': '1' },
      roleArn: inspection.foundation.DeployRoleArn,
    },
  ]);
});

it('lists what would change, and the hash of what was planned', async () => {
  const { scope: _, ...change } = taskDefinition;
  expect(await plan().planned).toEqual({
    status: 'ready',
    changeSetName: 'release-v1-4-0-0123456-1',
    changeSetArn,
    stackId,
    kind: 'UPDATE',
    templateHash: sha256(template),
    changes: [change],
  });
});

it('creates where nothing is', async () => {
  expect(await plan({ at: nothingThere }).planned).toMatchObject({ kind: 'CREATE', stackId });
});

describe('a stack that is to be healed first', () => {
  const at = {
    ...nothingThere,
    stackId,
    stackStatus: 'ROLLBACK_COMPLETE',
    heal: { action: 'delete-stack' as const, status: 'ROLLBACK_COMPLETE' },
  };

  it('gets no change set yet, for CloudFormation would refuse it', async () => {
    const { made, planned } = plan({ at });
    expect(await planned).toMatchObject({
      status: 'heal-first',
      kind: 'CREATE',
      changeSetArn: null,
      stackId,
      templateHash: sha256(template),
    });
    expect(made).toEqual([]);
  });

  it('is updated when it is healed by continuing its rollback: it stays', async () => {
    const continuing = { ...at, heal: { action: 'continue-rollback' as const, status: 'UPDATE_ROLLBACK_FAILED' } };
    const { made, planned } = plan({ at: continuing });
    expect(await planned).toMatchObject({ status: 'heal-first', kind: 'UPDATE', changeSetArn: null, stackId });
    expect(made).toEqual([]);
  });

  it('is not healed for a template that would be refused', async () => {
    const text = JSON.stringify({ Resources: { Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [allowing('*')] } } } });
    await expect(plan({ at, text }).planned).rejects.toMatchObject({ name: 'ChangeRefused' });
  });
});

const allowing = (Action: string) => ({ PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource: '*' }] } });

describe('while CloudFormation computes', () => {
  const last = loops.PlanChange.polls - 1;

  it.each(['CREATE_PENDING', 'CREATE_IN_PROGRESS'])('is pending: %s', async (status) => {
    expect(await plan({ seen: view({ status, changes: [] }), polls: last - 1 }).planned).toMatchObject({
      status: 'pending',
      changeSetArn,
      changes: [],
    });
  });

  it('is given up when it takes too long', async () => {
    await expect(plan({ seen: view({ status: 'CREATE_IN_PROGRESS' }), polls: last }).planned).rejects.toMatchObject({
      name: 'ChangeSetFailed',
      message: `The change set release-v1-4-0-0123456-1 is still CREATE_IN_PROGRESS after ${last + 1} polls.`,
    });
  });

  it.each<[ChangeSetView | null, string]>([
    [view({ status: 'FAILED', reason: 'Parameter ImageDigest failed to satisfy constraint' }), 'failed: Parameter ImageDigest failed'],
    [null, 'is gone right after it was made'],
  ])('fails by name when the change set did', async (seen, text) => {
    await expect(plan({ seen }).planned).rejects.toMatchObject({ name: 'ChangeSetFailed', message: expect.stringContaining(text) });
  });
});

describe('what a release must not do', () => {
  it.each([
    [{ action: 'Remove', replacement: null }, 'removes'],
    [{ action: 'Modify', replacement: 'True' }, 'replaces'],
    [{ action: 'Modify', replacement: 'Conditional' }, 'may replace'],
  ])('is refused before anything is executed: %j', async (changes, verb) => {
    const change = { ...taskDefinition, logicalId: 'Group', type: 'AWS::ElasticLoadBalancingV2::TargetGroup', ...changes };
    await expect(plan({ seen: view({ changes: [taskDefinition, change] }) }).planned).rejects.toMatchObject({
      name: 'ChangeRefused',
      message: `The tag's template ${verb} AWS::ElasticLoadBalancingV2::TargetGroup Group.`,
    });
  });

  it('is refused by the template alone when a policy sweeps, and no change set is made', async () => {
    const text = JSON.stringify({ Resources: { Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [allowing('s3:*')] } } } });
    const { made, planned } = plan({ text });
    await expect(planned).rejects.toMatchObject({ name: 'ChangeRefused', message: "The tag's template Role allows s3:*." });
    expect(made).toEqual([]);
  });

  it('is more changes than anybody reads', async () => {
    const changes = Array.from({ length: 101 }, () => taskDefinition);
    await expect(plan({ seen: view({ changes }) }).planned).rejects.toMatchObject({
      name: 'ChangeRefused',
      message: expect.stringContaining('makes 101 changes; a release makes at most 100'),
    });
    expect(await plan({ seen: view({ changes: changes.slice(1) }) }).planned).toMatchObject({ status: 'ready' });
  });
});
