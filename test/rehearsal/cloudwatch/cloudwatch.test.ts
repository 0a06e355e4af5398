import * as sdk from '@aws-sdk/client-cloudwatch';
import type { AlarmMessage } from '../../../rehearsal/aws/cloudwatch/alarm-message.ts';
import { CloudWatch } from '../../../rehearsal/aws/cloudwatch/cloudwatch.ts';
import type { CloudEvent, Properties } from '../../../rehearsal/aws/kernel.ts';
import { aws, hasAwsCli } from '../../scenarios/aws-cli.ts';
import { at, type StandIn, startStandIn } from '../stand-in.ts';

const errors = { namespace: 'AWS/ApplicationELB', name: 'HTTPCode_Target_5XX_Count', dimensions: { LoadBalancer: 'app/example/1' } };
/** At least five errors within a minute. */
const anAlarm = (changes: Properties = {}): Properties => ({
  AlarmName: 'example-errors',
  AlarmDescription: 'targets answer 5xx',
  Namespace: errors.namespace,
  MetricName: errors.name,
  Dimensions: [{ Name: 'LoadBalancer', Value: 'app/example/1' }],
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 5,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  TreatMissingData: 'notBreaching',
  ...changes,
});

let emitted: CloudEvent[];
let told: (event: CloudEvent) => void;
let notified: AlarmMessage[];
let standIn: StandIn<{ cloudwatch: CloudWatch }>;
let client: sdk.CloudWatchClient;
beforeEach(async () => {
  emitted = [];
  notified = [];
  told = (event) => void emitted.push(event);
  standIn = await startStandIn((world) => ({
    cloudwatch: new CloudWatch(world, { emit: (event) => told(event), notify: async (message) => void notified.push(message) }),
  }));
  client = new sdk.CloudWatchClient(standIn.client());
});
afterEach(async () => {
  client.destroy();
  await standIn.stop();
});

const create = (changes?: Properties) =>
  standIn.parts.cloudwatch.provisioners['AWS::CloudWatch::Alarm']!.create(anAlarm(changes), at('Alarm'));
/** One minute in which so many errors were measured. */
const minute = (count: number) => {
  for (let each = 0; each < count; each++) standIn.parts.cloudwatch.metrics.measure({ ...errors, value: 1 });
  standIn.parts.cloudwatch.endMinute();
};
const described = async (): Promise<sdk.MetricAlarm> => {
  const { MetricAlarms } = await client.send(new sdk.DescribeAlarmsCommand({ AlarmNames: ['example-errors'] }));
  return MetricAlarms![0]!;
};
const state = async () => (await described()).StateValue;

describe('an alarm', () => {
  it('has no data until its first minute is over', async () => {
    const made = await create();
    expect(made).toEqual({ physicalId: 'example-errors', attributes: { Arn: expect.stringMatching(/:alarm:example-errors$/) } });
    expect(await state()).toBe('INSUFFICIENT_DATA');
    minute(0);
    expect(await state()).toBe('OK');
  });

  it('goes off when a whole minute breaches its threshold, and says with which value', async () => {
    await create();
    minute(4);
    expect(await state()).toBe('OK');
    minute(5);
    expect(await described()).toMatchObject({
      StateValue: 'ALARM',
      StateReason: expect.stringMatching(/^Threshold Crossed: 1 out of the last 1 datapoint \[5\.0 .*greater than or equal to .*\(5\.0\)/),
      Threshold: 5,
      MetricName: 'HTTPCode_Target_5XX_Count',
      Dimensions: [{ Name: 'LoadBalancer', Value: 'app/example/1' }],
    });
    expect(JSON.parse((await described()).StateReasonData!)).toMatchObject({
      recentDatapoints: [5],
      threshold: 5,
      statistic: 'Sum',
      period: 60,
    });
  });

  it('does not count a minute that still runs', async () => {
    await create();
    minute(0);
    for (let each = 0; each < 9; each++) standIn.parts.cloudwatch.metrics.measure({ ...errors, value: 1 });
    expect(await state()).toBe('OK');
  });

  it('tells since when it is in its state, however often it is judged', async () => {
    await create();
    minute(5);
    const since = (await described()).StateTransitionedTimestamp;
    minute(7);
    expect((await described()).StateTransitionedTimestamp).toEqual(since);
  });

  it('is over when a minute is quiet', async () => {
    await create();
    minute(5);
    minute(0);
    expect(await described()).toMatchObject({ StateValue: 'OK', StateReason: expect.stringContaining('treated as [NonBreaching]') });
  });

  it('waits for as many minutes as it wants', async () => {
    await create({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    minute(9);
    minute(0);
    expect(await state()).toBe('OK');
    minute(9);
    expect(await state()).toBe('ALARM');
    minute(0);
    minute(0);
    expect(await state()).toBe('OK');
  });

  it.each([
    ['notBreaching', 'OK'],
    ['breaching', 'ALARM'],
    ['missing', 'INSUFFICIENT_DATA'],
    ['ignore', 'INSUFFICIENT_DATA'],
    [undefined, 'INSUFFICIENT_DATA'],
  ])('takes silence as it is told to: %s', async (TreatMissingData, expected) => {
    await create({ TreatMissingData });
    minute(0);
    expect(await state()).toBe(expected);
  });

  it('judges the slowest by a percentile', async () => {
    await create({ Statistic: undefined, ExtendedStatistic: 'p90' });
    for (const value of [1, 1, 1, 1, 1, 1, 1, 1, 1, 9]) standIn.parts.cloudwatch.metrics.measure({ ...errors, value });
    standIn.parts.cloudwatch.endMinute();
    expect(await state()).toBe('OK');
    for (const value of [1, 1, 1, 1, 1, 1, 1, 1, 9, 9]) standIn.parts.cloudwatch.metrics.measure({ ...errors, value });
    standIn.parts.cloudwatch.endMinute();
    expect(await described()).toMatchObject({ StateValue: 'ALARM', ExtendedStatistic: 'p90' });
  });

  it('follows its own metric only', async () => {
    await create({ Dimensions: [{ Name: 'LoadBalancer', Value: 'app/other/1' }] });
    minute(9);
    expect(await state()).toBe('OK');
  });

  it('tells the event bus when it comes into another state, and only then', async () => {
    await create();
    minute(0);
    minute(6);
    minute(6);
    expect(emitted.map(({ detail }) => (detail as Properties)['state'].value)).toEqual(['OK', 'ALARM']);
    expect(emitted[1]).toMatchObject({
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      resources: [expect.stringMatching(/:alarm:example-errors$/)],
      detail: {
        alarmName: 'example-errors',
        previousState: { value: 'OK' },
        configuration: {
          metrics: [{ metricStat: { metric: { name: errors.name, dimensions: errors.dimensions }, period: 60, stat: 'Sum' } }],
        },
      },
    });
  });

  it('keeps its state when its settings change, and goes with its stack', async () => {
    await create();
    minute(5);
    const { update, remove } = standIn.parts.cloudwatch.provisioners['AWS::CloudWatch::Alarm']!;
    await update!('example-errors', anAlarm({ Threshold: 50 }), anAlarm(), at('Alarm'));
    expect(await described()).toMatchObject({ StateValue: 'ALARM', Threshold: 50 });
    minute(5);
    expect(await state()).toBe('OK');
    await remove!('example-errors', {}, at('Alarm'));
    expect(await described()).toBeUndefined();
  });

  it.each([
    ['Metrics', { Metrics: [{ Expression: 'a/b' }] }],
    ['arn:aws:automate:us-east-1:ec2:stop', { AlarmActions: ['arn:aws:automate:us-east-1:ec2:stop'] }],
    ['tm99', { Statistic: undefined, ExtendedStatistic: 'tm99' }],
    ['30 s', { Period: 30 }],
    ['LessThanLowerThreshold', { ComparisonOperator: 'LessThanLowerThreshold' }],
  ])('is refused by name for what cannot be evaluated here: %s', async (name, changes) => {
    await expect(async () => create(changes)).rejects.toThrow(name);
  });

  it('tells its topics when it goes off and when it is over, each once, with its description and the reason', async () => {
    const [loud, calm] = ['loud', 'calm'].map((name) => `arn:aws:sns:us-east-1:111122223333:${name}`);
    await create({ AlarmActions: [loud], OKActions: [calm] });
    minute(5);
    minute(6);
    minute(0);
    expect(notified.map(({ topicArn }) => topicArn)).toEqual([loud, calm]);
    expect(notified[0]).toMatchObject({
      subject: 'ALARM: "example-errors" in us-east-1',
      alarmArn: expect.stringMatching(/:alarm:example-errors$/),
    });
    expect(JSON.parse(notified[0]!.message)).toMatchObject({
      AlarmName: 'example-errors',
      AlarmDescription: 'targets answer 5xx',
      NewStateValue: 'ALARM',
      OldStateValue: 'INSUFFICIENT_DATA',
      NewStateReason: expect.stringContaining('Threshold Crossed'),
    });
  });

  it('tells when it has no data any more, and not while it never had any', async () => {
    const unsure = 'arn:aws:sns:us-east-1:111122223333:unsure';
    await create({ TreatMissingData: 'missing', InsufficientDataActions: [unsure] });
    minute(0);
    expect(notified).toEqual([]);
    minute(1);
    minute(0);
    expect(notified.map(({ subject }) => subject)).toEqual(['INSUFFICIENT_DATA: "example-errors" in us-east-1']);
  });

  it('tells nobody whose actions are off', async () => {
    await create({ ActionsEnabled: false, AlarmActions: ['arn:aws:sns:us-east-1:111122223333:example'] });
    minute(5);
    expect(notified).toEqual([]);
  });

  it('follows a level that is read as each minute ends', async () => {
    await create({ Statistic: 'Maximum' });
    let level = 0;
    standIn.parts.cloudwatch.gauge(() => standIn.parts.cloudwatch.metrics.measure({ ...errors, value: level }));
    minute(0);
    expect(await state()).toBe('OK');
    level = 7;
    minute(0);
    expect(await state()).toBe('ALARM');
  });

  it('is refused when there is one of that name', async () => {
    await create();
    await expect(async () => create()).rejects.toThrow('example-errors already exists');
  });
});

describe('people who look', () => {
  it('find alarms by prefix and state, page by page', async () => {
    for (const AlarmName of ['a-1', 'a-2', 'b-1']) await create({ AlarmName });
    minute(0);
    const first = await client.send(new sdk.DescribeAlarmsCommand({ AlarmNamePrefix: 'a-', StateValue: 'OK', MaxRecords: 1 }));
    const { NextToken } = first;
    const second = await client.send(new sdk.DescribeAlarmsCommand({ AlarmNamePrefix: 'a-', StateValue: 'OK', MaxRecords: 1, NextToken }));
    expect([first, second].map(({ MetricAlarms }) => MetricAlarms?.map(({ AlarmName }) => AlarmName))).toEqual([['a-1'], ['a-2']]);
    expect(second.NextToken).toBeUndefined();
    expect((await client.send(new sdk.DescribeAlarmsCommand({ StateValue: 'ALARM' }))).MetricAlarms).toEqual([]);
  });

  it('find what was measured, minute by minute, and no zeros for silence', async () => {
    minute(2);
    minute(0);
    minute(3);
    const { Metrics } = await client.send(new sdk.ListMetricsCommand({ Namespace: 'AWS/ApplicationELB' }));
    expect(Metrics).toEqual([
      { Namespace: errors.namespace, MetricName: errors.name, Dimensions: [{ Name: 'LoadBalancer', Value: 'app/example/1' }] },
    ]);
    const asked = { Id: 'errors', MetricStat: { Metric: Metrics![0]!, Stat: 'Sum', Period: 60 } };
    const day = 86_400_000;
    const { MetricDataResults } = await client.send(
      new sdk.GetMetricDataCommand({
        StartTime: new Date(Date.now() - day),
        EndTime: new Date(Date.now() + day),
        MetricDataQueries: [asked],
      }),
    );
    expect(MetricDataResults?.[0]).toMatchObject({ Id: 'errors', Values: [3, 2], StatusCode: 'Complete' });
  });

  it('are refused metric math by name', async () => {
    const asked = { StartTime: new Date(0), EndTime: new Date(), MetricDataQueries: [{ Id: 'a', Expression: 'b/c' }] };
    await expect(client.send(new sdk.GetMetricDataCommand(asked))).rejects.toMatchObject({
      message: expect.stringContaining('Expression'),
    });
  });
});

if (!hasAwsCli) process.stderr.write('There is no aws command on this machine: what it sees of alarms is not tested.\n');
if (hasAwsCli) {
  it('the AWS CLI, a client that is not ours, sees the alarm and what it judged', async () => {
    await create();
    minute(7);
    const { endpoint, region, credentials } = standIn.client();
    const environment = {
      AWS_ENDPOINT_URL: endpoint,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
    const { MetricAlarms } = await aws<sdk.DescribeAlarmsOutput>(environment, 'cloudwatch', 'describe-alarms', '--state-value', 'ALARM');
    expect(MetricAlarms).toMatchObject([{ AlarmName: 'example-errors', StateValue: 'ALARM', Threshold: 5, Statistic: 'Sum' }]);
    expect(JSON.parse(MetricAlarms![0]!.StateReasonData!).recentDatapoints).toEqual([7]);
  }, 30_000);
}

it('ends minutes as the clock does, until it is stopped', async () => {
  const { cloudwatch } = standIn.parts;
  await create();
  cloudwatch.start();
  const ended = await new Promise<CloudEvent>((resolve) => {
    told = resolve;
  });
  cloudwatch.stop();
  expect((ended.detail as Properties)['state'].value).toBe('OK');
});
