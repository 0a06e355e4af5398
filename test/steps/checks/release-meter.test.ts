import { ReleaseMeter } from '../../../steps/checks/release-meter.ts';
import { Cost, type MeteredEvent } from '../../../steps/contract/cost.ts';
import { prices } from '../../../steps/contract/prices.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const event = (seconds: number, type: string, more: Partial<MeteredEvent> = {}): MeteredEvent => ({ at: at(seconds), type, ...more });
/** One visit of a state whose task asks a service. */
const visit = (state: string, service: string, from: number, to: number): MeteredEvent[] => [
  event(from, 'TaskStateEntered', { state }),
  event(from, 'TaskScheduled', { service }),
  event(to, 'TaskSucceeded'),
  event(to, 'TaskStateExited', { state }),
];

function metered(...events: MeteredEvent[]): ReleaseMeter {
  const meter = new ReleaseMeter();
  for (const each of events) meter.take(each);
  return meter;
}
const amountsOf = ({ lines }: Cost) => Object.fromEntries(lines.map(({ price, amount }) => [price, amount]));

describe('the meter of a release', () => {
  it('counts each state that is entered, and each retry in it, as a transition', () => {
    const retried = [
      event(0, 'TaskStateEntered', { state: 'Deploy' }),
      event(0, 'TaskScheduled', { service: 'lambda' }),
      event(1, 'TaskFailed'),
      event(2, 'TaskScheduled', { service: 'lambda' }),
      event(3, 'TaskSucceeded'),
      event(3, 'TaskStateExited', { state: 'Deploy' }),
    ];
    const { transitions, lines } = metered(event(0, 'ChoiceStateEntered', { state: 'NextStage' }), ...retried).cost();
    expect(transitions).toBe(3);
    expect(amountsOf({ lines } as Cost)).toMatchObject({ transition: 3, invocation: 2, gigabyteSecond: 1 });
  });

  it('bills a function by its memory from being scheduled to its end, and one that is called back only until it is done', () => {
    const called = [
      event(10, 'TaskStateEntered', { state: 'RequestApproval' }),
      event(10, 'TaskScheduled', { service: 'lambda' }),
      event(12, 'TaskSubmitted'),
      event(4000, 'TaskSucceeded'),
      event(4000, 'TaskStateExited', { state: 'RequestApproval' }),
    ];
    expect(amountsOf(metered(...visit('Deploy', 'lambda', 0, 4), ...called).cost())).toMatchObject({ gigabyteSecond: (4 + 2) / 2 });
  });

  it('keeps the build apart, by begun minutes', () => {
    const { build, lines } = metered(...visit('BuildImage', 'codebuild', 0, 61)).cost();
    expect(build).toEqual({ minutes: 2, usd: 0.02 });
    expect(lines.map(({ price }) => price)).not.toContain('buildMinute');
  });

  it('counts what the machine writes itself, and what a step may ask at most each time it is called', () => {
    const amounts = amountsOf(
      metered(
        ...visit('ListenForWatchDeployment', 'aws-sdk:dynamodb', 0, 1),
        ...visit('SmokeTest', 'lambda', 1, 2),
        ...visit('SmokeTest', 'lambda', 2, 3),
      ).cost(),
    );
    expect(amounts).toMatchObject({ tableWrite: 2, signature: 12, objectRead: 4 });
  });

  it('counts the bytes of the history, which the machine logs', () => {
    expect(amountsOf(metered(event(0, 'ExecutionStarted', { bytes: 2_000_000 })).cost())['logGigabyte']).toBe(0.002);
  });

  it('counts a task that still runs up to the moment of asking, and the states that are still to come', () => {
    const meter = metered(...visit('Deploy', 'lambda', 0, 1), ...visit('CloseRelease', 'lambda', 1, 1).slice(0, 2));
    expect(meter.cost({ ahead: 1, until: at(3) })).toMatchObject({ transitions: 3 });
    expect(amountsOf(meter.cost({ until: at(3) }))['gigabyteSecond']).toBe(1.5);
    expect(meter.seconds(at(3))).toEqual(
      new Map([
        ['Deploy', 1],
        ['CloseRelease', 2],
      ]),
    );
  });

  it('adds up all visits of a state', () => {
    const meter = metered(...visit('WatchDeployment', 'lambda', 0, 2), ...visit('WatchDeployment', 'lambda', 30, 31));
    expect(meter.seconds()).toEqual(new Map([['WatchDeployment', 3]]));
  });

  it('is the sum of its lines, each an amount by its price', () => {
    const cost = metered(...visit('AcceptTag', 'lambda', 0, 2), ...visit('Deploy', 'lambda', 2, 3)).cost();
    expect(Cost.parse(cost)).toEqual(cost);
    for (const { price, amount, usd } of cost.lines) expect(usd).toBeCloseTo(amount * prices[price].usd, 8);
    expect(cost.usd).toBeCloseTo(
      cost.lines.reduce((sum, { usd }) => sum + usd, 0),
      5,
    );
  });
});
