import { accessDenials } from '../../../steps/clients/access-denials.ts';
import { alarms } from '../../../steps/clients/alarms.ts';
import { codeCommitHost } from '../../../steps/clients/codecommit-host.ts';
import { executionHistory } from '../../../steps/clients/ended-executions.ts';
import { describeExecution, executionExists, historyAfter, newestExecution } from '../../../steps/clients/execution-history.ts';
import { logPages } from '../../../steps/clients/log-pages.ts';
import { logReader } from '../../../steps/clients/log-reader.ts';
import { network } from '../../../steps/clients/network.ts';
import { sampleKeys } from '../../../steps/clients/sample-keys.ts';
import { secretHistory } from '../../../steps/clients/secret-history.ts';
import { secretReader } from '../../../steps/clients/secret-reader.ts';
import { services } from '../../../steps/clients/services.ts';
import { clusterArn, config, serviceArn, serviceDeploymentArn } from '../incidents.ts';
import { type Answers, serveJson } from './endpoint.ts';

/** AWS marks almost every member of an answer as optional: what each client makes of one that is not there. */
let wire: Awaited<ReturnType<typeof serveJson>>;
beforeAll(async () => {
  wire = await serveJson({});
});
afterAll(() => wire.stop());
beforeEach(() => {
  wire.calls.length = 0;
  for (const operation of Object.keys(wire.answers)) delete wire.answers[operation];
});
const answers = (given: Answers) => Object.assign(wire.answers, given);
const refusal = (__type: string) => () => {
  throw { __type, message: 'example' };
};
const noon = 1767268800;
const epoch = '1970-01-01T00:00:00.000Z';

describe('an execution', () => {
  const arn = 'arn:aws:states:us-east-1:111122223333:execution:example:v1.4.0-0123456-1';

  it('exists when Step Functions describes it, and does not only when it says so', async () => {
    answers({ DescribeExecution: () => ({ executionArn: arn, status: 'FAILED' }) });
    expect(await executionExists(arn)).toBe(true);
    answers({ DescribeExecution: refusal('ExecutionDoesNotExist') });
    expect(await executionExists(arn)).toBe(false);
    answers({ DescribeExecution: refusal('AccessDeniedException') });
    await expect(executionExists(arn)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('runs still when nothing is said of its end', async () => {
    answers({ DescribeExecution: () => ({}) });
    expect(await describeExecution(arn)).toEqual({
      arn,
      name: '',
      status: 'RUNNING',
      startedAt: '',
      stoppedAt: null,
      error: null,
      cause: null,
    });
  });

  it('that ended is told whole: what it was given, how it ended, all that happened', async () => {
    answers({
      DescribeExecution: () => ({
        name: 'v1.4.0-0123456-1',
        status: 'ABORTED',
        input: '{"tag":"v1.4.0"}',
        error: 'Stopped',
        cause: 'example',
      }),
      GetExecutionHistory: () => ({
        events: [
          { id: 1, timestamp: noon, type: 'ExecutionAborted', executionAbortedEventDetails: { error: 'Stopped', cause: 'example' } },
        ],
      }),
    });
    expect(await executionHistory.read(arn)).toMatchObject({
      arn,
      name: 'v1.4.0-0123456-1',
      status: 'ABORTED',
      input: '{"tag":"v1.4.0"}',
      error: 'Stopped',
      cause: 'example',
      events: [{ id: 1, at: '2026-01-01T12:00:00.000Z', type: 'ExecutionAborted', assigned: {}, error: 'Stopped', cause: 'example' }],
    });
  });

  it('has no error, and no events, that nobody tells of', async () => {
    answers({ DescribeExecution: () => ({}), GetExecutionHistory: () => ({}) });
    expect(await executionHistory.read(arn)).toEqual({ arn, name: '', status: '', input: '', error: null, cause: null, events: [] });
  });

  it('is not found by a name without an ARN, nor among none', async () => {
    answers({ ListExecutions: () => ({ executions: [{ name: 'v1.4.0-0123456-1' }, {}] }) });
    expect(await newestExecution('example', () => true)).toBeNull();
    answers({ ListExecutions: () => ({}) });
    expect(await newestExecution('example', () => true)).toBeNull();
  });

  it.each([
    ['taskFailedEventDetails', 'TaskFailed'],
    ['executionTimedOutEventDetails', 'ExecutionTimedOut'],
  ])('tells an error of %s, though it has no words', async (member, type) => {
    answers({ GetExecutionHistory: () => ({ events: [{ id: 2, type, [member]: {} }] }) });
    expect(await historyAfter(arn, 0)).toMatchObject([{ id: 2, at: '', type, assigned: {}, error: '', cause: '' }]);
  });

  it('has no event without a number: nobody could read on from there', async () => {
    answers({ GetExecutionHistory: () => ({ events: [{ id: 1, timestamp: noon }, { type: 'TaskFailed' }] }) });
    expect(await historyAfter(arn, 0)).toMatchObject([{ id: 1, at: '2026-01-01T12:00:00.000Z', type: '', assigned: {} }]);
  });
});

describe('a log', () => {
  const events = () => ({ events: [{ message: 'without a time' }, { timestamp: noon * 1_000 }] });
  const lines = [
    { at: epoch, line: 'without a time' },
    { at: '2026-01-01T12:00:00.000Z', line: '' },
  ];

  it('keeps lines that lack their time or their words', async () => {
    answers({ GetLogEvents: events });
    expect(await logReader.tail('/example', 'stream', 10)).toEqual(lines);
    expect(await logPages.page('/example', 'stream', null)).toEqual({ lines, next: null });
  });

  it('is empty, not absent, when AWS gives no events', async () => {
    answers({ GetLogEvents: () => ({}) });
    expect(await logReader.tail('/example', 'stream', 10)).toEqual([]);
    expect(await logPages.page('/example', 'stream', 'token')).toEqual({ lines: [], next: null });
    expect(wire.calls.at(-1)?.input).toMatchObject({ nextToken: 'token' });
  });

  it('is not absent because its pages may not be read', async () => {
    answers({ GetLogEvents: refusal('AccessDeniedException') });
    await expect(logPages.page('/example', 'stream', null)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('an alarm', () => {
  it('is as old as the world when CloudWatch does not say since when it is so', async () => {
    answers({ DescribeAlarms: () => ({ MetricAlarms: [{}] }) });
    expect(await alarms.describe(['example'])).toEqual([
      { name: '', state: '', since: epoch, reason: '', metric: 'metric math (no statistic)', threshold: null, value: null },
    ]);
    answers({ DescribeAlarms: () => ({ MetricAlarms: [{ StateUpdatedTimestamp: noon }] }) });
    expect(await alarms.describe(['example'])).toMatchObject([{ since: '2026-01-01T12:00:00.000Z' }]);
    answers({ DescribeAlarms: () => ({}) });
    expect(await alarms.describe(['example'])).toEqual([]);
  });
});

describe('a service', () => {
  const describeIt = () => services.describe(clusterArn, serviceArn);

  it('is none in an empty answer, and says which failure has no details', async () => {
    answers({ DescribeServices: () => ({}) });
    expect(await describeIt()).toBeNull();
    answers({ DescribeServices: () => ({ failures: [{ reason: 'INTERNAL' }] }) });
    await expect(describeIt()).rejects.toThrow(`ECS cannot describe ${serviceArn}: INTERNAL`);
  });

  it('has a deployment although ECS tells nothing of it, and the newest by its date', async () => {
    answers({ ListServiceDeployments: () => ({ serviceDeployments: [{}] }) });
    expect(await services.deployment(clusterArn, serviceArn)).toEqual({ arn: '', status: '', reason: '' });
    const dated = { serviceDeploymentArn, createdAt: noon, statusReason: 'example' };
    answers({ ListServiceDeployments: () => ({ serviceDeployments: [{}, dated] }) });
    expect(await services.deployment(clusterArn, serviceArn)).toEqual({ arn: serviceDeploymentArn, status: '', reason: 'example' });
  });

  it('has tasks as far as ECS describes them, those without a date last', async () => {
    answers({
      ListTasks: ({ desiredStatus }: { desiredStatus: string }) => (desiredStatus === 'RUNNING' ? { taskArns: ['a', 'b'] } : {}),
      DescribeTasks: () => ({ tasks: [{ taskArn: 'a' }, { taskArn: 'b', createdAt: noon }] }),
    });
    expect((await services.tasks(clusterArn, serviceArn)).map(({ taskArn }) => taskArn)).toEqual(['b', 'a']);
    answers({ DescribeTasks: () => ({}) });
    expect(await services.tasks(clusterArn, serviceArn)).toEqual([]);
  });

  it('has the network that its own settings name', async () => {
    const settings = (awsvpcConfiguration: object | undefined) =>
      answers({ DescribeServices: () => ({ services: [{ networkConfiguration: { awsvpcConfiguration } }] }) });
    settings({ subnets: ['subnet-1'], securityGroups: ['sg-1'] });
    expect(await network.ofService(clusterArn, serviceArn)).toEqual({ subnets: ['subnet-1'], securityGroups: ['sg-1'] });
    settings({});
    expect(await network.ofService(clusterArn, serviceArn)).toEqual({ subnets: [], securityGroups: [] });
    settings(undefined);
    expect(await network.ofService(clusterArn, serviceArn)).toBeNull();
    answers({ DescribeServices: () => ({}) });
    expect(await network.ofService(clusterArn, serviceArn)).toBeNull();
  });
});

describe('a secret', () => {
  it('is named as it was asked for when Secrets Manager does not name it', async () => {
    answers({ GetSecretValue: () => ({}) });
    expect(await secretReader.read('example')).toEqual({ arn: 'example', name: 'example', versionId: '', text: null });
    answers({ GetSecretValue: refusal('ResourceNotFoundException'), DescribeSecret: () => ({}) });
    expect(await secretReader.read('example')).toEqual({ arn: 'example', name: 'example', versionId: '', text: null });
  });

  it('tells when it rotates, changed and was deleted', async () => {
    answers({
      DescribeSecret: () => ({
        ARN: config.secretArn,
        RotationEnabled: true,
        LastRotatedDate: noon,
        NextRotationDate: noon + 60,
        LastChangedDate: noon,
        DeletedDate: noon + 120,
      }),
      ListSecretVersionIds: () => ({ Versions: [{ VersionId: 'one', VersionStages: ['AWSCURRENT'], CreatedDate: noon }, {}] }),
    });
    expect(await secretHistory.describe('example')).toEqual({
      arn: config.secretArn,
      versions: [
        { id: 'one', labels: ['AWSCURRENT'], createdAt: '2026-01-01T12:00:00.000Z' },
        { id: '', labels: [], createdAt: null },
      ],
      rotation: { enabled: true, lastRotated: '2026-01-01T12:00:00.000Z', next: '2026-01-01T12:01:00.000Z' },
      lastChanged: '2026-01-01T12:00:00.000Z',
      deleted: '2026-01-01T12:02:00.000Z',
    });
  });

  it('has no version, and no text, that Secrets Manager does not give', async () => {
    answers({ DescribeSecret: () => ({}), ListSecretVersionIds: () => ({}), GetSecretValue: () => ({}) });
    expect(await secretHistory.describe('example')).toMatchObject({ arn: 'example', versions: [], lastChanged: null, deleted: null });
    expect(await secretHistory.version('example', 'AWSPENDING')).toBeNull();
    answers({ GetSecretValue: refusal('AccessDeniedException') });
    await expect(secretHistory.version('example', 'AWSPENDING')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('what was refused', () => {
  const record = (changes: object) => ({
    CloudTrailEvent: JSON.stringify({
      eventTime: '2026-01-01T12:00:00Z',
      eventSource: 'kms.amazonaws.com',
      eventName: 'Sign',
      errorCode: 'AccessDenied',
      userIdentity: {},
      ...changes,
    }),
  });
  const of = () => accessDenials.ofSession('task-1', '2026-01-01T12:00:00Z');

  it('is told although CloudTrail knows neither who nor why', async () => {
    answers({ LookupEvents: () => ({ Events: [record({})] }) });
    expect(await of()).toEqual([{ at: '2026-01-01T12:00:00Z', who: '', action: 'kms:Sign', code: 'AccessDenied', message: '' }]);
  });

  it('is nothing that succeeded, failed otherwise, or has no record', async () => {
    answers({ LookupEvents: () => ({ Events: [record({ errorCode: undefined }), record({ errorCode: 'ThrottlingException' }), {}] }) });
    expect(await of()).toEqual([]);
    answers({ LookupEvents: () => ({}) });
    expect(await of()).toEqual([]);
  });
});

it('knows no commit, and no state of a key, that AWS leaves out', async () => {
  answers({ GetFile: () => ({}), DescribeKey: () => ({}) });
  expect(await codeCommitHost.commitOfTag('example', 'v1.4.0')).toBeNull();
  expect(await sampleKeys.describe('alias/example')).toEqual({ state: '', spec: '', usage: '' });
});
