import { workQueueNames as founded } from '../../../app-stack/work-queue.ts';
import { workQueueUrls } from '../../../container/src/work/queue-names.ts';
import { workQueueNames } from '../../../steps/checks/work-queue-names.ts';

it.each(['example/staging/benchling', 'example name'])('the queues of %s have one name, whoever looks for them', (secretName) => {
  const names = workQueueNames(secretName);
  expect(names).toEqual(founded(secretName));
  const urls = workQueueUrls(secretName, { partition: 'aws', region: 'us-east-1', account: '111122223333' });
  expect(Object.values(urls).map((url) => url.split('/').at(-1))).toEqual(Object.values(names));
});
