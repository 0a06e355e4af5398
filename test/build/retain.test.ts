import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { kept, retain } from '../../build/retain.ts';
import { CloudFormation } from '../../rehearsal/aws/cloudformation/cloudformation.ts';
import type { Provisioner } from '../../rehearsal/aws/kernel.ts';
import { SecretsManager } from '../../rehearsal/aws/secretsmanager/secretsmanager.ts';
import { startStandIn } from '../rehearsal/stand-in.ts';

const secretName = 'example/prod/benchling';
/** A deployment of the service that owns its secret, filled by people after it was created. */
const old = JSON.stringify({
  Resources: {
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: secretName } },
    Key: { Type: 'AWS::KMS::Key', DeletionPolicy: 'Delete', Properties: {} },
    Cluster: { Type: 'AWS::ECS::Cluster', Properties: {} },
  },
});

describe('marking a template', () => {
  it('changes the two policies of what must stay, and nothing else', () => {
    const { text, resources } = retain(old);
    expect(resources).toEqual(['Secret', 'Key']);
    const [before, after] = [JSON.parse(old), JSON.parse(text)];
    for (const name of resources) Object.assign(before.Resources[name], { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(after).toEqual(before);
  });

  it('says the same of what it has marked already', () => {
    const { text } = retain(old);
    expect(retain(text).text).toBe(text);
  });

  it('keeps short forms and comments of YAML', () => {
    const yaml =
      'Resources:\n  Secret: # filled by hand\n    Type: AWS::SecretsManager::Secret\n    Properties:\n      Name: !Sub ${AWS::StackName}-secret\n';
    const { text } = retain(yaml);
    expect(text).toContain('Name: !Sub ${AWS::StackName}-secret');
    expect(text).toContain('# filled by hand');
    expect(text).toMatch(/ {4}DeletionPolicy: Retain\n {4}UpdateReplacePolicy: Retain\n/);
  });

  it('takes YAML as the command line of AWS hands it out: one quoted text', () => {
    const yaml = 'Resources:\n  Secret:\n    Type: AWS::SecretsManager::Secret\n';
    expect(retain(JSON.stringify(yaml)).text).toBe(retain(yaml).text);
  });

  it('refuses a template without a secret, for it is not the one that was meant', () => {
    expect(() => retain('{"Resources":{"Cluster":{"Type":"AWS::ECS::Cluster"}}}')).toThrow(
      'has no AWS::SecretsManager::Secret; it has Cluster',
    );
    expect(() => retain('{"Resources":')).toThrow('neither JSON nor YAML');
  });

  it('knows whatever a secret would be changed or lost by', () => {
    expect(kept).toEqual(
      expect.arrayContaining(['AWS::SecretsManager::ResourcePolicy', 'AWS::SecretsManager::RotationSchedule', 'AWS::KMS::Key']),
    );
  });
});

describe('adopting: retained first, then deleted', () => {
  it('loses no value of the secret, which the deletion of the unmarked stack would', async () => {
    const marked = await adopt({ mark: true });
    expect(marked).toEqual({
      changes: [
        ['Key', 'Modify', 'False'],
        ['Secret', 'Modify', 'False'],
      ],
      value: '{"example":"by hand"}',
    });
    const unmarked = await adopt({ mark: false });
    expect(unmarked).toMatchObject({ value: 'ResourceNotFoundException' });
  });
});

/** @returns what the change set would do, and the secret's value after the stack is gone, or the name of the error in its place */
async function adopt({ mark }: { mark: boolean }) {
  const standIn = await startStandIn((world, iam) => {
    const secrets = new SecretsManager(world);
    const nothing: Provisioner = {
      create: (_, at) => ({ physicalId: at.logicalId }),
      update: (physicalId) => ({ physicalId }),
      remove: () => {},
    };
    const provisioners = {
      'AWS::SecretsManager::Secret': {
        ...nothing,
        create: (properties) => ({ physicalId: secrets.put(properties['Name'], '{}') }),
        remove: () => secrets.remove(secretName),
      } satisfies Provisioner,
      'AWS::KMS::Key': nothing,
      'AWS::ECS::Cluster': nothing,
    };
    return { secrets, cloudformation: new CloudFormation(world, { iam, provisioners, templates: async () => '', emit: () => {} }) };
  }, 0.01);
  const client = new CloudFormationClient(standIn.client());
  const reader = new SecretsManagerClient(standIn.client());
  const StackName = 'Old';
  const changes: unknown[] = [];
  try {
    await standIn.parts.cloudformation.deploy({ stackName: StackName, template: old });
    standIn.parts.secrets.put(secretName, '{"example":"by hand"}');
    if (mark) {
      const set = { StackName, ChangeSetName: 'retain' };
      await client.send(new CreateChangeSetCommand({ ...set, TemplateBody: retain(old).text }));
      await until(async () => (await client.send(new DescribeChangeSetCommand(set))).Status === 'CREATE_COMPLETE');
      const { Changes = [] } = await client.send(new DescribeChangeSetCommand(set));
      changes.push(
        ...Changes.map(({ ResourceChange: each }) => [each?.LogicalResourceId, each?.Action, each?.Replacement ?? 'False']).sort(),
      );
      await client.send(new ExecuteChangeSetCommand(set));
      await until(async () => (await status()) === 'UPDATE_COMPLETE');
    }
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    await client.send(new DeleteStackCommand({ StackName }));
    await until(async () => (await status(stack?.StackId)) === 'DELETE_COMPLETE');
    const value = await reader.send(new GetSecretValueCommand({ SecretId: secretName })).then(
      ({ SecretString }) => SecretString,
      (error: Error) => error.name,
    );
    return { changes, value };
  } finally {
    client.destroy();
    reader.destroy();
    await standIn.stop();
  }

  async function status(name = StackName) {
    return (await client.send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0]?.StackStatus;
  }
}

async function until(done: () => Promise<boolean>): Promise<void> {
  for (let left = 400; !(await done()); left--) {
    if (left === 0) throw new Error('it did not come to that');
    await sleep(10);
  }
}
