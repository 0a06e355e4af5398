import { jest } from '@jest/globals';
import { embeddedMetrics } from '../../../rehearsal/aws/logs/embedded-metrics.ts';
import { measures } from '../../../steps/clients/measures.ts';

it('writes each value as a line that CloudWatch reads as a metric, with its dimensions and no other', () => {
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  measures.send([
    { metric: 'TaskStopped', value: 1, Stage: 'prod', Cause: 'SpotInterruption' },
    { metric: 'ReleaseCost', value: 0.0123 },
  ]);
  write.mockRestore();
  const namespace = 'ReleasePipeline';
  expect(lines.flatMap((line) => embeddedMetrics(line.trim()))).toEqual([
    { namespace, name: 'TaskStopped', dimensions: { service: 'release', Stage: 'prod', Cause: 'SpotInterruption' }, value: 1 },
    { namespace, name: 'ReleaseCost', dimensions: { service: 'release' }, value: 0.0123 },
  ]);
});
