import { randomUUID } from 'node:crypto';
import type { Iam } from '../iam/iam.ts';
import type { Properties, Provisioner, Provisioners } from '../kernel.ts';
import { namePattern, on, physicalName } from '../physical-names.ts';
import { refuseProperties } from '../sdk-words.ts';
import type { Topic, Topics } from './topics.ts';

export const snsProvisioners = (topics: Topics, iam: Iam): Provisioners => ({
  'AWS::SNS::Topic': topicProvisioner(topics),
  'AWS::SNS::TopicPolicy': topicPolicyProvisioner(topics, iam),
  'AWS::SNS::Subscription': subscriptionProvisioner(topics),
});

const VERBS = { create: 'CreateTopic', update: 'SetTopicAttributes', delete: 'DeleteTopic' } as const;

function topicProvisioner(topics: Topics): Provisioner {
  const TYPE = 'AWS::SNS::Topic';
  const configure = (topic: Topic, properties: Properties) => {
    refuseProperties(TYPE, properties, 'FifoTopic', 'DataProtectionPolicy', 'DeliveryStatusLogging');
    for (const { Protocol, Endpoint } of properties['Subscription'] ?? []) {
      topics.subscribe({ arn: `${topic.arn}:${randomUUID()}`, topicArn: topic.arn, protocol: Protocol, endpoint: Endpoint, raw: false });
    }
    return { physicalId: topic.arn, attributes: { TopicArn: topic.arn, TopicName: topic.name } };
  };
  return {
    replaceOn: ['TopicName', 'FifoTopic'],
    create: (properties, at) => configure(topics.create(properties['TopicName'] ?? physicalName(at, 256)), properties),
    update(arn, properties) {
      const topic = topics.get(arn);
      topic.subscriptions.clear();
      return configure(topic, properties);
    },
    remove: (arn) => topics.remove(arn),
    permissions: (verb, properties, at) => on(topics.arn(properties['TopicName'] ?? namePattern(at)), `sns:${VERBS[verb]}`),
  };
}

function topicPolicyProvisioner(topics: Topics, iam: Iam): Provisioner {
  const set = (properties: Properties, document: Properties['PolicyDocument']) => {
    for (const arn of properties['Topics']) iam.setResourcePolicy(topics.get(arn).arn, document);
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
    permissions: (_, properties) => (properties['Topics'] ?? []).flatMap((arn: string) => on(arn, 'sns:SetTopicAttributes')),
  };
}

function subscriptionProvisioner(topics: Topics): Provisioner {
  return {
    replaceOn: 'all',
    create(properties) {
      refuseProperties('AWS::SNS::Subscription', properties, 'FilterPolicy', 'RedrivePolicy', 'DeliveryPolicy');
      const { TopicArn: topicArn, Protocol: protocol, Endpoint: endpoint, RawMessageDelivery: raw } = properties;
      const arn = `${topicArn}:${randomUUID()}`;
      topics.subscribe({ arn, topicArn, protocol, endpoint, raw: raw === true || raw === 'true' });
      return { physicalId: arn, attributes: { Arn: arn } };
    },
    remove: (arn) => topics.unsubscribe(arn),
    permissions: (verb, { TopicArn: arn }) => on(arn, verb === 'delete' ? 'sns:Unsubscribe' : 'sns:Subscribe'),
  };
}
