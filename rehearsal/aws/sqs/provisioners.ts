import type { Iam } from '../iam/iam.ts';
import type { Properties, Provisioner, Provisioners } from '../kernel.ts';
import { namePattern, on, physicalName } from '../physical-names.ts';
import type { Queue, QueueAttributes } from './queue.ts';
import type { Queues } from './queues.ts';

export const queueProvisioners = (queues: Queues, iam: Iam): Provisioners => ({
  'AWS::SQS::Queue': queueProvisioner(queues),
  'AWS::SQS::QueuePolicy': queuePolicyProvisioner(queues, iam),
});

/** The API has texts where CloudFormation has numbers, booleans and objects. */
function attributesOf({ QueueName: _name, Tags: _tags, ...properties }: Properties): QueueAttributes {
  const text = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, text(value)]));
}

const VERBS = { create: 'CreateQueue', update: 'SetQueueAttributes', delete: 'DeleteQueue' } as const;

function queueProvisioner(queues: Queues): Provisioner {
  const answer = (queue: Queue) => {
    const url = queues.url(queue.name);
    return { physicalId: url, attributes: { Arn: queue.arn, QueueName: queue.name, QueueUrl: url } };
  };
  return {
    replaceOn: ['QueueName', 'FifoQueue'],
    create(properties, at) {
      const attributes = attributesOf(properties);
      const fifo = attributes['FifoQueue'] === 'true' ? '.fifo' : '';
      const name: string = properties['QueueName'] ?? `${physicalName(at, 80 - fifo.length)}${fifo}`;
      if (fifo && !name.endsWith(fifo))
        throw new Error(
          'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix',
        );
      return answer(queues.create(name, attributes));
    },
    update(url, properties) {
      const queue = queues.get(url);
      queue.attributes = { ...queue.attributes, ...attributesOf(properties) };
      return answer(queue);
    },
    remove: (url) => queues.remove(queues.get(url)),
    permissions: (verb, properties, at) => on(queues.arn(properties['QueueName'] ?? namePattern(at)), `sqs:${VERBS[verb]}`),
  };
}

function queuePolicyProvisioner(queues: Queues, iam: Iam): Provisioner {
  const set = (properties: Properties, document: Properties['PolicyDocument']) => {
    for (const url of properties['Queues']) iam.setResourcePolicy(queues.get(url).arn, document);
  };
  return {
    create(properties, at) {
      set(properties, properties['PolicyDocument']);
      return { physicalId: physicalName(at) };
    },
    update(physicalId, properties, old) {
      set(old, undefined);
      set(properties, properties['PolicyDocument']);
      return { physicalId };
    },
    remove: (_, properties) => set(properties, undefined),
    permissions: (_, properties) =>
      (properties['Queues'] ?? []).flatMap((url: string) => on(queues.arn(url.split('/').at(-1)!), 'sqs:SetQueueAttributes')),
  };
}
