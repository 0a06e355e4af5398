import { embeddedMetrics } from '../../../rehearsal/aws/logs/embedded-metrics.ts';
import { Logs } from '../../../rehearsal/aws/logs/logs.ts';
import { exampleWorld } from '../example-world.ts';

const line = (members: object, directive: object = {}) =>
  JSON.stringify({
    _aws: {
      Timestamp: 0,
      CloudWatchMetrics: [{ Namespace: 'Example', Dimensions: [['Stage']], Metrics: [{ Name: 'Age', Unit: 'Seconds' }], ...directive }],
    },
    ...members,
  });

describe('a line in the embedded metric format', () => {
  it('holds each value once for each set of dimensions', () => {
    expect(embeddedMetrics(line({ Stage: 'prod', Cause: 'x', Age: [1, 2] }, { Dimensions: [['Stage'], ['Stage', 'Cause']] }))).toEqual([
      { namespace: 'Example', name: 'Age', dimensions: { Stage: 'prod' }, value: 1 },
      { namespace: 'Example', name: 'Age', dimensions: { Stage: 'prod' }, value: 2 },
      { namespace: 'Example', name: 'Age', dimensions: { Stage: 'prod', Cause: 'x' }, value: 1 },
      { namespace: 'Example', name: 'Age', dimensions: { Stage: 'prod', Cause: 'x' }, value: 2 },
    ]);
  });

  it.each([
    ['is no JSON', '{"CloudWatchMetrics" but broken'],
    ['speaks of metrics and has none', '{"message":"\\"CloudWatchMetrics\\""}'],
    ['lacks the value of a dimension', line({ Age: 1 })],
    ['lacks the value of the metric', line({ Stage: 'prod' })],
    ['names no set of dimensions', line({ Stage: 'prod', Age: 1 }, { Dimensions: [] })],
  ])('holds nothing when it %s', (_, text) => expect(embeddedMetrics(text)).toEqual([]));

  it('is measured when it is written, by whomever', () => {
    const measured: unknown[] = [];
    const world = exampleWorld({});
    const logs = new Logs(world, { measure: (measurement) => void measured.push(measurement) });
    logs.createGroup('/example');
    logs.put('/example', 'app/1', line({ Stage: 'prod', Age: 3 }));
    logs.put('/example', 'app/1', 'plain words');
    world.remove();
    expect(measured).toEqual([{ namespace: 'Example', name: 'Age', dimensions: { Stage: 'prod' }, value: 3 }]);
  });
});
