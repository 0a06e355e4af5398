import { loops } from '../../steps/contract/patience.ts';
import type { Alarms, AlarmView } from '../../steps/contract/ports.ts';
import { watchAlarms } from '../../steps/watch-alarms.ts';
import { deployment, inspection, minute, release, stage } from './incidents.ts';
import { awsError, port } from './ports.ts';

const names = inspection.foundation.AlarmNames.split(',');
const [errors = '', slow = ''] = names;
const last = loops.WatchAlarms.polls - 1;

const quiet = (name: string, changes: Partial<AlarmView> = {}): AlarmView => ({
  name,
  state: 'OK',
  since: minute(-60),
  reason: '',
  metric: 'HTTPCode_Target_5XX_Count (Sum)',
  threshold: 5,
  value: null,
  ...changes,
});
const ringing = (name: string, changes: Partial<AlarmView> = {}) =>
  quiet(name, { state: 'ALARM', since: minute(7), value: 12, ...changes });
const both = (first: Partial<AlarmView>, second: Partial<AlarmView> = {}) => [quiet(errors, first), quiet(slow, second)];

const watch = (seen: AlarmView[] | Error, polls = 0) => {
  const describe = (asked: readonly string[]) =>
    seen instanceof Error ? Promise.reject(seen) : Promise.resolve(seen.filter(({ name }) => asked.includes(name)));
  return watchAlarms({ release, stage, inspection, deployment, polls }, { alarms: port<Alarms>({ describe }) });
};

describe('the watch after traffic shifted', () => {
  it('looks until its time is over, and then has succeeded', async () => {
    expect(await watch(both({}))).toEqual({ status: 'running', waitingFor: '2 alarms to stay quiet', rangBefore: [] });
    expect(await watch(both({}), last - 1)).toMatchObject({ status: 'running' });
    expect(await watch(both({}), last)).toEqual({ status: 'succeeded', waitingFor: '', rangBefore: [] });
  });

  it('ends at the first alarm that went off since the deployment began, with its name, value, threshold and reason', async () => {
    const reason = 'Threshold Crossed: 1 datapoint [12.0] was greater than the threshold (5.0).';
    await expect(watch([ringing(errors, { reason }), quiet(slow)])).rejects.toMatchObject({
      name: 'AlarmDuringWatch',
      message: `${errors} went off at ${minute(7)}, HTTPCode_Target_5XX_Count (Sum) 12 against a threshold of 5: ${reason}`,
    });
  });

  it('names every alarm that went off', async () => {
    await expect(watch([ringing(errors), ringing(slow)])).rejects.toThrow(new RegExp(`${errors} went off .* ${slow} went off`));
  });

  it('ends at its last look, too', async () => {
    await expect(watch([ringing(errors), quiet(slow)], last)).rejects.toMatchObject({ name: 'AlarmDuringWatch' });
  });

  it('says so when CloudWatch tells no value', async () => {
    await expect(watch([ringing(errors, { value: null }), quiet(slow)])).rejects.toThrow('of unknown value against a threshold of 5');
    await expect(watch([ringing(errors, { threshold: null, reason: 'by hand' }), quiet(slow)])).rejects.toThrow(
      `${errors} went off at ${minute(7)}: by hand`,
    );
  });

  it('tells of an alarm that rang before the deployment began, and does not fail for it', async () => {
    const seen = [ringing(errors, { since: minute(4) }), quiet(slow)];
    expect(await watch(seen)).toEqual({
      status: 'running',
      waitingFor: `2 alarms to stay quiet; ${errors} rang before the deployment began`,
      rangBefore: [errors],
    });
    expect(await watch(seen, last)).toEqual({ status: 'succeeded', waitingFor: '', rangBefore: [errors] });
  });

  it('takes an alarm without data for no alarm', async () => {
    expect(await watch(both({ state: 'INSUFFICIENT_DATA', since: minute(7) }), last)).toMatchObject({ status: 'succeeded' });
  });
});

describe('alarms that cannot be read', () => {
  const throttled = awsError('ThrottlingException', 'Rate exceeded');

  it('are asked for again, and who follows is told why', async () => {
    expect(await watch(throttled)).toEqual({ status: 'running', waitingFor: 'CloudWatch to answer (ThrottlingException)', rangBefore: [] });
  });

  it('are not quiet ones: the last look must be answered', async () => {
    await expect(watch(throttled, last)).rejects.toMatchObject({ name: 'ThrottlingException' });
  });

  it('are named when they do not exist', async () => {
    await expect(watch([quiet(errors)])).rejects.toThrow(
      `There is no alarm ${slow}: nobody watched. Next: npx cdk deploy ${stage.foundationStack}`,
    );
  });
});

it('sees every alarm, which rings for a minute, at least once although a look in between is not answered', () => {
  expect(2 * loops.WatchAlarms.seconds).toBeLessThanOrEqual(60);
});
