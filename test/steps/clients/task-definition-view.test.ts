import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { taskDefinitionView } from '../../../steps/clients/task-definition-view.ts';

const digest = `sha256:${'c'.repeat(64)}`;
const definition = (revision: number, changes: Partial<NonNullable<TaskDefinition['containerDefinitions']>[0]> = {}): TaskDefinition => ({
  taskDefinitionArn: `arn:aws:ecs:us-east-1:111122223333:task-definition/example:${revision}`,
  family: 'example',
  revision,
  registeredAt: new Date(revision),
  cpu: '512',
  containerDefinitions: [
    {
      name: 'webhook',
      image: `127.0.0.1:5000/example@${digest}`,
      environment: [
        { name: 'QuiltStackARN', value: 'example' },
        { name: 'BenchlingSecret', value: 'example' },
      ],
      dockerLabels: { 'release.tag': `v1.${revision}.0` },
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': '/release/staging/service', 'awslogs-stream-prefix': 'service' },
      },
      ...changes,
    },
  ],
});
const normalised = (of: TaskDefinition) => taskDefinitionView(of).normalised;

describe('a task definition', () => {
  it('says its digest, labels and logs', () => {
    expect(taskDefinitionView(definition(7))).toMatchObject({
      digest,
      labels: { 'release.tag': 'v1.7.0' },
      logs: [{ container: 'webhook', group: '/release/staging/service', prefix: 'service' }],
    });
  });

  it('tells no digest of an image by tag', () => {
    expect(taskDefinitionView(definition(7, { image: '127.0.0.1:5000/example:latest' })).digest).toBeNull();
  });

  it('is the same as another revision that differs by number, date and labels', () => {
    expect(normalised(definition(8))).toBe(normalised(definition(7)));
  });

  it('is the same in whatever order ECS lists its environment', () => {
    const environment = definition(7).containerDefinitions?.[0]?.environment?.toReversed();
    expect(normalised(definition(7, { environment }))).toBe(normalised(definition(7)));
  });

  it.each([
    { image: `127.0.0.1:5000/example@sha256:${'d'.repeat(64)}` },
    { environment: [] },
    { command: ['node', 'b', 'a'] },
    { user: '0' },
  ])('is another one with %j', (changes) => {
    expect(normalised(definition(7, changes))).not.toBe(normalised(definition(7)));
  });

  it('is told although ECS tells little of it, and of no logs but those that CloudWatch keeps', () => {
    expect(taskDefinitionView({})).toMatchObject({ arn: '', digest: null, labels: {}, logs: [] });
    const withLogs = (logConfiguration: NonNullable<TaskDefinition['containerDefinitions']>[0]['logConfiguration']) =>
      taskDefinitionView({ containerDefinitions: [{ logConfiguration }, {}] }).logs;
    expect(withLogs({ logDriver: 'awslogs' })).toEqual([{ container: '', group: '', prefix: '' }]);
    expect(withLogs({ logDriver: 'splunk', options: { 'awslogs-group': '/example' } })).toEqual([]);
  });

  it('has its digest from the first container that is pinned', () => {
    const containerDefinitions = [{ name: 'sidecar', image: 'example:1' }, {}, { name: 'webhook', image: `example@${digest}` }];
    expect(taskDefinitionView({ containerDefinitions })).toMatchObject({ digest });
  });

  it('keeps the order of what is run', () => {
    expect(normalised(definition(7, { command: ['a', 'b'] }))).not.toBe(normalised(definition(7, { command: ['b', 'a'] })));
  });
});
