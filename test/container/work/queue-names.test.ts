import { workQueueNames } from '../../../app-stack/work-queue.ts';
import { workQueueUrls } from '../../../container/src/work/queue-names.ts';
import { deduplicationId, groupOf } from '../../../container/src/work/queued-event.ts';

const stack = { partition: 'aws', region: 'eu-west-1', account: '111122223333' };

describe('the work queue of a stage', () => {
  it.each(['example/secret', 'example/staging/benchling', 'a+b=c@d'])(
    'is found by the secret %s under the name that the stage gave it',
    (name) => {
      const { work, parked } = workQueueNames(name);
      expect(workQueueUrls(name, stack)).toEqual({
        work: `https://sqs.eu-west-1.amazonaws.com/111122223333/${work}`,
        parked: `https://sqs.eu-west-1.amazonaws.com/111122223333/${parked}`,
      });
      for (const queue of [work, parked]) expect(queue).toMatch(/^[\w-]{1,75}\.fifo$/);
    },
  );

  it('lies under another domain in China', () => {
    const { work } = workQueueUrls('example', { ...stack, partition: 'aws-cn', region: 'cn-north-1' });
    expect(work).toMatch(/^https:\/\/sqs\.cn-north-1\.amazonaws\.com\.cn\//);
  });
});

describe('a queued event', () => {
  it('is in the group of its entry or canvas', () => {
    expect(groupOf({ kind: 'package-entry', entryId: 'etr_1' })).toBe('etr_1');
    expect(groupOf({ kind: 'show-canvas', canvasId: 'cnvs_1' })).toBe('cnvs_1');
    expect(groupOf({ kind: 'press-button', canvasId: 'cnvs_1', buttonId: 'browse' })).toBe('cnvs_1');
  });

  it.each(['msg_1', 'x'.repeat(128)])('is deduplicated by the webhook-id %s itself', (id) => {
    expect(deduplicationId(id)).toBe(id);
  });

  it.each(['x'.repeat(129), 'a b', 'é'])('is deduplicated by a digest of %s, which SQS would not take', (id) => {
    expect(deduplicationId(id)).toMatch(/^[0-9a-f]{64}$/);
  });
});
