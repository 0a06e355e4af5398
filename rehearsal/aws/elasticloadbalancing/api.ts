import {
  ListenerNotFoundException,
  LoadBalancerNotFoundException,
  RuleNotFoundException,
  TargetGroupNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Handler, Permission, Service } from '../kernel.ts';
import { page } from '../paging.ts';
import { saying } from '../sdk-words.ts';
import { attributesOf, type ElasticLoadBalancing, type LoadBalancer } from './elastic-load-balancing.ts';
import type { Action, Listener, Rule } from './listener.ts';
import type { TargetGroup } from './target-group.ts';

interface Paged {
  readonly Marker?: string;
  readonly PageSize?: number;
}

const pageSize = 400;

/** The read-only half of the API: load balancers are changed by templates alone. */
export function api(elb: ElasticLoadBalancing): Pick<Service, 'handlers' | 'permissions'> {
  const loadBalancer = (arn: string): LoadBalancer => {
    const found = elb.loadBalancers.get(arn);
    if (!found) throw new LoadBalancerNotFoundException(saying(`Load balancers '[${arn}]' not found`));
    return found;
  };
  const targetGroup = (arn: string): TargetGroup => {
    const found = elb.targetGroups.get(arn);
    if (!found) throw new TargetGroupNotFoundException(saying(`Target groups '${arn}' not found`));
    return found;
  };
  const listener = (arn: string): Listener => {
    const found = elb.listeners.get(arn);
    if (!found) throw new ListenerNotFoundException(saying(`One or more listeners not found: ${arn}`));
    return found;
  };
  const paged = <Item>(name: string, all: Item[], show: (item: Item) => unknown, { Marker, PageSize }: Paged) => {
    const { items, nextToken } = page(all, Marker, PageSize ?? pageSize);
    return { [name]: items.map(show), NextMarker: nextToken };
  };

  const handlers: Record<string, Handler> = {
    DescribeLoadBalancers(input: Paged & { LoadBalancerArns?: string[]; Names?: string[] }) {
      const byName = input.Names?.map((name) => {
        const found = [...elb.loadBalancers.values()].find((each) => each.name === name);
        return found ?? loadBalancer(name);
      });
      const all = input.LoadBalancerArns?.map(loadBalancer) ?? byName ?? [...elb.loadBalancers.values()];
      return paged('LoadBalancers', all, describeLoadBalancer, input);
    },
    DescribeTargetGroups(input: Paged & { TargetGroupArns?: string[]; Names?: string[]; LoadBalancerArn?: string }) {
      const every = [...elb.targetGroups.values()];
      const byName = input.Names?.map((name) => every.find(({ settings }) => settings.name === name) ?? targetGroup(name));
      const all = input.TargetGroupArns?.map(targetGroup) ?? byName ?? every;
      const used = (group: TargetGroup) => !input.LoadBalancerArn || elb.loadBalancersOf(group.arn).includes(input.LoadBalancerArn);
      return paged('TargetGroups', all.filter(used), (group) => describeTargetGroup(elb, group), input);
    },
    DescribeTargetHealth(input: { TargetGroupArn: string; Targets?: { Id: string; Port?: number }[] }) {
      const group = targetGroup(input.TargetGroupArn);
      const asked = input.Targets?.map(({ Id, Port }) => ({ id: Id, port: Port ?? group.settings.port }));
      const targets = asked ?? group.all().map(({ target }) => target);
      const described = targets.map(({ id, port }) => {
        const { state, reason, description } = group.health(group.find(id, port));
        const health = { State: state, Reason: reason, Description: description };
        return { Target: { Id: id, Port: port }, HealthCheckPort: String(port), TargetHealth: health };
      });
      return { TargetHealthDescriptions: described };
    },
    DescribeTargetGroupAttributes({ TargetGroupArn }: { TargetGroupArn: string }) {
      return { Attributes: pairs(targetGroup(TargetGroupArn).settings.attributes) };
    },
    DescribeLoadBalancerAttributes({ LoadBalancerArn }: { LoadBalancerArn: string }) {
      const given = attributesOf(loadBalancer(LoadBalancerArn).properties);
      return { Attributes: pairs({ 'idle_timeout.timeout_seconds': '60', ...given }) };
    },
    DescribeListeners(input: Paged & { LoadBalancerArn?: string; ListenerArns?: string[] }) {
      const all = input.ListenerArns?.map(listener) ?? elb.listenersOf(loadBalancer(input.LoadBalancerArn ?? '').arn);
      return paged('Listeners', all, describeListener, input);
    },
    DescribeRules(input: Paged & { ListenerArn?: string; RuleArns?: string[] }) {
      const every = [...elb.listeners.values()].flatMap((each) => [...each.rules.values()]);
      const byArn = input.RuleArns?.map((arn) => {
        const found = every.find((rule) => rule.arn === arn);
        if (!found) throw new RuleNotFoundException(saying(`One or more rules not found: ${arn}`));
        return found;
      });
      return paged('Rules', byArn ?? rulesOf(listener(input.ListenerArn ?? '')), describeRule, input);
    },
  };
  // Describe calls of this service take no resource.
  const everything = (operation: string) => (): Permission[] => [{ action: `elasticloadbalancing:${operation}`, resource: '*' }];
  return { handlers, permissions: Object.fromEntries(Object.keys(handlers).map((operation) => [operation, everything(operation)])) };
}

const pairs = (attributes: Readonly<Record<string, string>>) => Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));

const describeLoadBalancer = ({ arn, name, createdAt, proxy, properties }: LoadBalancer) => ({
  LoadBalancerArn: arn,
  LoadBalancerName: name,
  DNSName: proxy.address,
  CreatedTime: createdAt,
  Scheme: properties['Scheme'] ?? 'internet-facing',
  State: { Code: 'active' },
  Type: 'application',
  SecurityGroups: properties['SecurityGroups'],
  IpAddressType: 'ipv4',
});

const describeTargetGroup = (elb: ElasticLoadBalancing, { arn, settings }: TargetGroup) => ({
  TargetGroupArn: arn,
  TargetGroupName: settings.name,
  Protocol: settings.protocol,
  Port: settings.port,
  VpcId: settings.vpcId,
  HealthCheckProtocol: 'HTTP',
  HealthCheckPort: 'traffic-port',
  HealthCheckEnabled: true,
  HealthCheckIntervalSeconds: settings.intervalSeconds,
  HealthCheckTimeoutSeconds: settings.timeoutSeconds,
  HealthyThresholdCount: settings.healthyThreshold,
  UnhealthyThresholdCount: settings.unhealthyThreshold,
  HealthCheckPath: settings.path,
  Matcher: { HttpCode: settings.matcher },
  LoadBalancerArns: elb.loadBalancersOf(arn),
  TargetType: 'ip',
  ProtocolVersion: 'HTTP1',
  IpAddressType: 'ipv4',
});

const describeAction = ({ type, forward, fixed, redirect }: Action) => ({
  Type: type,
  TargetGroupArn: forward?.length === 1 ? forward[0]?.targetGroupArn : undefined,
  ForwardConfig: forward && {
    TargetGroups: forward.map(({ targetGroupArn, weight }) => ({ TargetGroupArn: targetGroupArn, Weight: weight })),
  },
  FixedResponseConfig: fixed && { StatusCode: String(fixed.status), ContentType: fixed.contentType, MessageBody: fixed.body },
  RedirectConfig: redirect && { StatusCode: `HTTP_${redirect.status}` },
});

const describeListener = (held: Listener) => ({
  ListenerArn: held.arn,
  LoadBalancerArn: held.loadBalancerArn,
  Port: held.port,
  Protocol: held.protocol,
  SslPolicy: held.settings.termination?.policy,
  Certificates: held.settings.termination && [{ CertificateArn: held.settings.termination.certificateArn }],
  DefaultActions: held.defaultActions.map(describeAction),
});

const rulesOf = (held: Listener): Rule[] => [
  ...[...held.rules.values()].sort((one, other) => Number(one.priority) - Number(other.priority)),
  {
    arn: `${held.arn.replace(':listener/', ':listener-rule/')}/default`,
    priority: 'default',
    conditions: [],
    actions: held.defaultActions,
  },
];

const describeRule = ({ arn, priority, conditions, actions }: Rule) => ({
  RuleArn: arn,
  Priority: String(priority),
  Conditions: conditions.map(({ field, values }) => ({ Field: field, Values: values })),
  Actions: actions.map(describeAction),
  IsDefault: priority === 'default',
});
