import { CloudWatch } from '../../../rehearsal/aws/cloudwatch/cloudwatch.ts';
import { Sqs } from '../../../rehearsal/aws/sqs/sqs.ts';
import { workQueues } from '../../../steps/clients/work-queues.ts';
import { type StandIn, startStandIn } from '../../rehearsal/stand-in.ts';
import { leadTo } from './endpoint.ts';

let standIn: StandIn<{ sqs: Sqs; cloudwatch: CloudWatch }>;
beforeAll(async () => {
  standIn = await startStandIn((world, iam) => ({
    sqs: new Sqs(world, { iam }),
    cloudwatch: new CloudWatch(world, { emit: () => {}, notify: async () => {} }),
  }));
  const { endpoint, credentials } = standIn.client();
  leadTo({ endpoint, ...credentials });
});
afterAll(() => standIn.stop());

describe('a work queue', () => {
  it('is told with how many messages wait and how many are in work, and how old the oldest is', async () => {
    const { sqs, cloudwatch } = standIn.parts;
    const { url } = sqs.createQueue('example.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    for (const body of ['one', 'two']) sqs.send('example.fifo', { body, groupId: body });
    expect(await workQueues.describe('example.fifo')).toEqual({ url, waiting: 2, inWork: 0 });
    expect(await workQueues.oldestSeconds('example.fifo')).toBeNull();
    cloudwatch.gauge(() => sqs.measure(cloudwatch.metrics.measure));
    cloudwatch.endMinute();
    expect(await workQueues.oldestSeconds('example.fifo')).toBeGreaterThanOrEqual(0);
  });

  it('is null when there is none of that name', async () => {
    expect(await workQueues.describe('nowhere')).toBeNull();
  });
});
