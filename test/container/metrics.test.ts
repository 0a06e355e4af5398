import { EmbeddedMetrics, metricUnits } from '../../container/src/metrics.ts';

interface Line {
  _aws: {
    Timestamp: number;
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
  };
  [key: string]: unknown;
}

function metrics(secretName: string | undefined = 'example/secret') {
  const lines: Line[] = [];
  const world = { secretName };
  return {
    lines,
    world,
    metrics: new EmbeddedMetrics(
      (line) => lines.push(line as Line),
      () => world.secretName,
    ),
  };
}

describe('embedded metrics', () => {
  it('add counts up and keep measurements apart, in one line', () => {
    const { lines, metrics: made } = metrics();
    for (const age of [3, 4]) made.add('QueueAge', age);
    for (let event = 0; event < 5; event++) made.add('Accepted', 1);
    made.flush();
    expect(lines).toMatchObject([{ Secret: 'example/secret', Accepted: 5, QueueAge: [3, 4] }]);
    const [directive] = lines[0]!._aws.CloudWatchMetrics;
    expect(directive).toEqual({
      Namespace: 'BenchlingWebhook',
      Dimensions: [['Secret']],
      Metrics: [
        { Name: 'QueueAge', Unit: 'Milliseconds' },
        { Name: 'Accepted', Unit: 'Count' },
      ],
    });
    made.flush();
    expect(lines).toHaveLength(1);
  });

  it('have a line for each reason, counted with and without it', () => {
    const { lines, metrics: made } = metrics();
    made.add('Refused', 1, 'Unverified');
    made.add('Refused', 1, 'NotAllowed');
    made.add('Refused', 1, 'Unverified');
    made.flush();
    expect(lines.map(({ Reason, Refused }) => [Reason, Refused])).toEqual([
      ['Unverified', 2],
      ['NotAllowed', 1],
    ]);
    for (const line of lines) expect(line._aws.CloudWatchMetrics[0]!.Dimensions).toEqual([['Secret'], ['Secret', 'Reason']]);
  });

  it('are lines that CloudWatch can read: every name has its value and its dimensions, no list is longer than a hundred', () => {
    const { lines, metrics: made } = metrics();
    for (let value = 0; value < 250; value++) made.add('ExportDuration', value);
    made.flush();
    expect(lines.flatMap((line) => line['ExportDuration'])).toHaveLength(250);
    for (const line of lines) {
      const [directive] = line._aws.CloudWatchMetrics;
      for (const name of [...directive!.Metrics.map(({ Name }) => Name), ...directive!.Dimensions.flat()])
        expect(line).toHaveProperty(name);
      for (const { Name } of directive!.Metrics) expect([line[Name]].flat().length).toBeLessThanOrEqual(100);
      expect(Math.abs(Date.now() - line._aws.Timestamp)).toBeLessThan(60_000);
    }
  });

  it('wait for the name that tells the stages apart', () => {
    const { lines, world, metrics: made } = metrics('');
    world.secretName = undefined as unknown as string;
    made.add('Refused', 1, 'NotReady');
    made.flush();
    expect(lines).toEqual([]);
    world.secretName = 'example/secret';
    made.flush();
    expect(lines).toHaveLength(1);
  });

  it('know the units that CloudWatch knows', () => {
    expect(new Set(Object.values(metricUnits))).toEqual(new Set(['Count', 'Milliseconds', 'Bytes']));
  });
});
