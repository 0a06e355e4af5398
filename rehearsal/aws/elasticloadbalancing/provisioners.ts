import type { Properties, Provisioned, Provisioner, Provisioners, Provisioning } from '../kernel.ts';
import { on, physicalName } from '../physical-names.ts';
import { attributesOf, type ElasticLoadBalancing, fullName, type LoadBalancer } from './elastic-load-balancing.ts';
import { Listener, readActions, readConditions } from './listener.ts';
import type { TargetGroup, TargetGroupSettings } from './target-group.ts';
import { readListener } from './termination.ts';

export function provisioners(elb: ElasticLoadBalancing): Provisioners {
  return {
    'AWS::ElasticLoadBalancingV2::LoadBalancer': loadBalancer(elb),
    'AWS::ElasticLoadBalancingV2::TargetGroup': targetGroup(elb),
    'AWS::ElasticLoadBalancingV2::Listener': listener(elb),
    'AWS::ElasticLoadBalancingV2::ListenerRule': listenerRule(elb),
  };
}

/** Names of load balancers and target groups are 32 characters at most. */
const generatedName = (at: Provisioning) => physicalName(at, 32);

/** `loadbalancer/app/name/id` of an ARN */
const resourceOf = (arn: string) => arn.split(':').slice(5).join(':');

const action = (name: string) => `elasticloadbalancing:${name}`;

function loadBalancer(elb: ElasticLoadBalancing): Provisioner {
  const provisioned = ({ arn, name, proxy, properties }: LoadBalancer): Provisioned => ({
    physicalId: arn,
    attributes: {
      LoadBalancerArn: arn,
      DNSName: proxy.address,
      LoadBalancerName: name,
      LoadBalancerFullName: fullName(arn),
      CanonicalHostedZoneID: 'Z35SXDOTRQ7X7K',
      SecurityGroups: properties['SecurityGroups'] ?? [],
    },
  });
  return {
    replaceOn: ['Name', 'Scheme', 'Type'],
    async create(properties, at) {
      const { Type: type = 'application' } = properties;
      if (type !== 'application') throw new Error(`load balancers of type ${type} are not supported by the rehearsal`);
      return provisioned(await elb.createLoadBalancer(properties['Name'] ?? generatedName(at), properties));
    },
    update(arn, properties) {
      const found = elb.loadBalancers.get(arn)!;
      found.properties = properties;
      return provisioned(found);
    },
    remove(arn) {
      const held = elb.loadBalancers.get(arn);
      if (held && attributesOf(held.properties)['deletion_protection.enabled'] === 'true') {
        throw new Error(`Load balancer '${arn}' cannot be deleted because deletion protection is enabled`);
      }
      return elb.removeLoadBalancer(arn);
    },
    permissions: (verb) =>
      on(
        elb.pattern('loadbalancer/app'),
        action({ create: 'CreateLoadBalancer', update: 'ModifyLoadBalancerAttributes', delete: 'DeleteLoadBalancer' }[verb]),
      ),
  };
}

const settingsOf = (name: string, properties: Properties): TargetGroupSettings => ({
  name,
  port: Number(properties['Port'] ?? 80),
  protocol: properties['Protocol'] ?? 'HTTP',
  vpcId: properties['VpcId'],
  path: properties['HealthCheckPath'] ?? '/',
  matcher: properties['Matcher']?.HttpCode ?? '200',
  intervalSeconds: Number(properties['HealthCheckIntervalSeconds'] ?? 30),
  timeoutSeconds: Number(properties['HealthCheckTimeoutSeconds'] ?? 5),
  healthyThreshold: Number(properties['HealthyThresholdCount'] ?? 5),
  unhealthyThreshold: Number(properties['UnhealthyThresholdCount'] ?? 2),
  attributes: { 'deregistration_delay.timeout_seconds': '300', ...attributesOf(properties, 'TargetGroupAttributes') },
});

function targetGroup(elb: ElasticLoadBalancing): Provisioner {
  const provisioned = ({ arn, settings }: TargetGroup): Provisioned => ({
    physicalId: arn,
    attributes: {
      TargetGroupArn: arn,
      TargetGroupName: settings.name,
      TargetGroupFullName: resourceOf(arn),
      LoadBalancerArns: elb.loadBalancersOf(arn),
    },
  });
  return {
    replaceOn: ['Name', 'Port', 'Protocol', 'ProtocolVersion', 'TargetType', 'VpcId', 'IpAddressType'],
    create: (properties, at) => provisioned(elb.createTargetGroup(settingsOf(properties['Name'] ?? generatedName(at), properties))),
    update(arn, properties) {
      const group = elb.targetGroups.get(arn)!;
      group.settings = settingsOf(group.settings.name, properties);
      return provisioned(group);
    },
    remove(arn) {
      if (elb.loadBalancersOf(arn).length > 0) throw new Error(`Target group '${arn}' is currently in use by a listener or a rule`);
      elb.removeTargetGroup(arn);
    },
    permissions: (verb) =>
      on(
        elb.pattern('targetgroup'),
        action({ create: 'CreateTargetGroup', update: 'ModifyTargetGroup', delete: 'DeleteTargetGroup' }[verb]),
      ),
  };
}

function listener(elb: ElasticLoadBalancing): Provisioner {
  const provisioned = (arn: string): Provisioned => ({ physicalId: arn, attributes: { ListenerArn: arn } });
  return {
    replaceOn: ['LoadBalancerArn'],
    create(properties) {
      const loadBalancerArn: string = properties['LoadBalancerArn'];
      const settings = readListener(properties, elb);
      if (elb.listenersOf(loadBalancerArn).some((held) => held.port === settings.port)) {
        throw new Error(`A listener already exists on this port for this load balancer '${loadBalancerArn}'`);
      }
      const arn = elb.arn('listener', resourceOf(loadBalancerArn).replace('loadbalancer/', ''));
      elb.listeners.set(arn, new Listener(arn, loadBalancerArn, settings));
      return provisioned(arn);
    },
    update(arn, properties) {
      elb.listeners.get(arn)!.settings = readListener(properties, elb);
      return provisioned(arn);
    },
    remove: (arn) => void elb.listeners.delete(arn),
    permissions: (verb, properties) =>
      verb === 'create'
        ? on(properties['LoadBalancerArn'] ?? elb.pattern('loadbalancer/app'), action('CreateListener'))
        : on(elb.pattern('listener/app'), action(verb === 'update' ? 'ModifyListener' : 'DeleteListener')),
  };
}

function listenerRule(elb: ElasticLoadBalancing): Provisioner {
  const holder = (ruleArn: string) => [...elb.listeners.values()].find((each) => each.rules.has(ruleArn));
  const put = (held: Listener, arn: string, properties: Properties): Provisioned => {
    const priority = Number(properties['Priority']);
    const taken = [...held.rules.values()].some((rule) => rule.arn !== arn && rule.priority === priority);
    if (taken) throw new Error(`Priority '${priority}' is currently in use`);
    held.rules.set(arn, {
      arn,
      priority,
      conditions: readConditions(properties['Conditions']),
      actions: readActions(properties['Actions']),
    });
    return { physicalId: arn, attributes: { RuleArn: arn, IsDefault: false } };
  };
  return {
    replaceOn: ['ListenerArn'],
    create(properties) {
      const held = elb.listeners.get(properties['ListenerArn']);
      if (!held) throw new Error(`One or more listeners not found: ${properties['ListenerArn']}`);
      return put(held, elb.arn('listener-rule', resourceOf(held.arn).replace('listener/', '')), properties);
    },
    update: (arn, properties) => put(holder(arn)!, arn, properties),
    remove: (arn) => void holder(arn)?.rules.delete(arn),
    permissions: (verb, properties) =>
      verb === 'create'
        ? on(properties['ListenerArn'] ?? elb.pattern('listener/app'), action('CreateRule'))
        : on(elb.pattern('listener-rule/app'), action(verb === 'update' ? 'ModifyRule' : 'DeleteRule')),
  };
}
