import { alarms } from '../../../steps/clients/alarms.ts';
import { serveJson } from './endpoint.ts';

let wire: Awaited<ReturnType<typeof serveJson>>;
beforeAll(async () => {
  wire = await serveJson({});
});
afterAll(() => wire.stop());

/** As the wire has it: times are seconds. */
const alarm = {
  AlarmName: 'release-staging-target-errors',
  StateValue: 'ALARM',
  StateReason: 'Threshold Crossed',
  StateReasonData: JSON.stringify({ version: '1.0', recentDatapoints: [3, 12], threshold: 5 }),
  StateTransitionedTimestamp: 1_767_269_100,
  StateUpdatedTimestamp: 1_767_269_999,
  MetricName: 'HTTPCode_Target_5XX_Count',
  Statistic: 'Sum',
  Threshold: 5,
};
const seen = async (changes: object) => {
  wire.answers['DescribeAlarms'] = () => ({ MetricAlarms: [{ ...alarm, ...changes }] });
  return (await alarms.describe([alarm.AlarmName]))[0];
};

describe('an alarm', () => {
  it('is told with the time of its state, not of its newest reason, and with the newest value', async () => {
    expect(await seen({})).toEqual({
      name: 'release-staging-target-errors',
      state: 'ALARM',
      since: '2026-01-01T12:05:00.000Z',
      reason: 'Threshold Crossed',
      metric: 'HTTPCode_Target_5XX_Count (Sum)',
      threshold: 5,
      value: 12,
    });
    expect(wire.calls.at(-1)?.input).toMatchObject({ AlarmNames: ['release-staging-target-errors'] });
  });

  it('may be judged by a percentile, or by what CloudWatch computes', async () => {
    expect(await seen({ Statistic: undefined, ExtendedStatistic: 'p99' })).toMatchObject({ metric: 'HTTPCode_Target_5XX_Count (p99)' });
    expect(await seen({ MetricName: undefined, Statistic: undefined, Threshold: undefined })).toMatchObject({
      metric: 'metric math (no statistic)',
      threshold: null,
    });
  });

  it.each([undefined, '', 'set by hand', '{}', '{"recentDatapoints":[]}', '{"recentDatapoints":["12"]}'])(
    'has no value that its reason data do not tell: %s',
    async (StateReasonData) => {
      expect(await seen({ StateReasonData })).toMatchObject({ value: null });
    },
  );
});

it('finds no alarm where CloudWatch knows none', async () => {
  wire.answers['DescribeAlarms'] = () => ({ MetricAlarms: [] });
  expect(await alarms.describe(['release-staging-target-errors'])).toEqual([]);
});

it('throws what CloudWatch answers instead', async () => {
  wire.answers['DescribeAlarms'] = () => {
    throw { __type: 'AccessDeniedException', message: 'not authorized' };
  };
  await expect(alarms.describe(['release-staging-target-errors'])).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
