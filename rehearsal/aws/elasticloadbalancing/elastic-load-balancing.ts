import { randomBytes } from 'node:crypto';
import * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Identity } from '../../world/certificates.ts';
import type { Measure, Properties, Provisioners, Service, World } from '../kernel.ts';
import { protocolOnly } from '../sdk-words.ts';
import { api } from './api.ts';
import type { Meeting } from './entrance.ts';
import type { Listener } from './listener.ts';
import { measurementsOf } from './metrics.ts';
import { provisioners } from './provisioners.ts';
import { ProxyServer } from './proxy-server.ts';
import { type Target, TargetGroup, type TargetGroupSettings, type TargetHealth } from './target-group.ts';

export interface LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly proxy: ProxyServer;
  properties: Properties;
}

export interface ElasticLoadBalancingCollaborators {
  /** Takes what the load balancers measure. @default - nobody does */
  readonly measure?: Measure;
  /** @default - there are no certificates, and no HTTPS listeners */
  readonly certificate?: (arn: string) => Identity | undefined;
}

/** Elastic Load Balancing v2: application load balancers that are real proxies. */
export class ElasticLoadBalancing {
  readonly service: Service;
  readonly provisioners: Provisioners;
  readonly world: World;
  readonly loadBalancers = new Map<string, LoadBalancer>();
  readonly listeners = new Map<string, Listener>();
  readonly targetGroups = new Map<string, TargetGroup>();
  /** A certificate by its ARN, at this moment. */
  readonly certificate: (arn: string) => Identity | undefined;
  private readonly measure: Measure;

  constructor(world: World, { measure = () => {}, certificate = () => undefined }: ElasticLoadBalancingCollaborators = {}) {
    this.world = world;
    this.measure = measure;
    this.certificate = certificate;
    const client = new sdk.ElasticLoadBalancingV2Client(protocolOnly);
    this.service = { signingName: 'elasticloadbalancing', sdk, client, ...api(this) };
    this.provisioners = provisioners(this);
  }

  /** `arn:aws:elasticloadbalancing:…:targetgroup/name/0123456789abcdef` */
  arn(kind: string, name: string): string {
    const { partition, region, account } = this.world;
    return `arn:${partition}:elasticloadbalancing:${region}:${account}:${kind}/${name}/${randomBytes(8).toString('hex')}`;
  }

  /** Every resource of a kind in this account and region: what is asked for when the id is not known. */
  pattern(kind: string): string {
    const { partition, region, account } = this.world;
    return `arn:${partition}:elasticloadbalancing:${region}:${account}:${kind}/*`;
  }

  async createLoadBalancer(name: string, properties: Properties): Promise<LoadBalancer> {
    const arn = this.arn('loadbalancer/app', name);
    const proxy = await ProxyServer.listen(this.world, {
      listener: () => this.entry(arn),
      meeting: () => this.meeting(arn),
      targetGroup: (group) => this.targetGroups.get(group),
      idleTimeoutSeconds: () => Number(attributesOf(properties)['idle_timeout.timeout_seconds'] ?? 60),
      answered: (answer) => measurementsOf(fullName(arn), answer).forEach(this.measure),
    });
    const loadBalancer = { arn, name, createdAt: new Date(), proxy, properties };
    this.loadBalancers.set(arn, loadBalancer);
    return loadBalancer;
  }

  async removeLoadBalancer(arn: string): Promise<void> {
    await this.loadBalancers.get(arn)?.proxy.close();
    this.loadBalancers.delete(arn);
    for (const listener of this.listenersOf(arn)) this.listeners.delete(listener.arn);
  }

  createTargetGroup(settings: TargetGroupSettings): TargetGroup {
    const group = new TargetGroup(this.world, this.arn('targetgroup', settings.name), settings);
    group.inUse = () => this.loadBalancersOf(group.arn).length > 0;
    this.targetGroups.set(group.arn, group);
    return group;
  }

  removeTargetGroup(arn: string): void {
    this.targetGroups.get(arn)?.close();
    this.targetGroups.delete(arn);
  }

  listenersOf(loadBalancerArn: string): Listener[] {
    return [...this.listeners.values()].filter((listener) => listener.loadBalancerArn === loadBalancerArn);
  }

  /** Load balancers with a listener that forwards to this group. */
  loadBalancersOf(targetGroupArn: string): string[] {
    const using = [...this.listeners.values()].filter((listener) => listener.targetGroups().includes(targetGroupArn));
    return [...new Set(using.map((listener) => listener.loadBalancerArn))];
  }

  register(targetGroupArn: string, target: Target): void {
    this.targetGroups.get(targetGroupArn)?.register(target);
  }

  async deregister(targetGroupArn: string, target: Pick<Target, 'id' | 'port'>): Promise<void> {
    await this.targetGroups.get(targetGroupArn)?.deregister(target.id, target.port);
  }

  targetHealth(targetGroupArn: string, target: Pick<Target, 'id' | 'port'>): TargetHealth {
    const group = this.targetGroups.get(targetGroupArn);
    if (group) return group.health(group.find(target.id, target.port));
    return { state: 'unused', reason: 'Target.NotRegistered', description: 'Target is not registered to the target group' };
  }

  /** What each listener was asked and how often it answered 5xx, by listener ARN. */
  get requests(): ReadonlyMap<string, { readonly requests: number; readonly failures: number }> {
    return new Map([...this.listeners].map(([arn, { counts }]) => [arn, { ...counts }]));
  }

  /** Closes every port. */
  async stop(): Promise<void> {
    for (const group of this.targetGroups.values()) group.close();
    await Promise.all([...this.loadBalancers.values()].map(({ proxy }) => proxy.close()));
  }

  /** One port stands for the load balancer, so one listener answers there: HTTPS where there is one, else the one of the lowest port. */
  private entry(loadBalancerArn: string): Listener | undefined {
    const byPort = this.listenersOf(loadBalancerArn).sort((one, other) => one.port - other.port);
    return byPort.find(({ protocol }) => protocol === 'HTTPS') ?? byPort[0];
  }

  /** Without a listener nothing listens on the port; without its certificate a listener cannot end a handshake. */
  private meeting(loadBalancerArn: string): Meeting {
    const listener = this.entry(loadBalancerArn);
    if (!listener) return 'closed';
    const { termination } = listener.settings;
    if (!termination) return 'plain';
    const identity = this.certificate(termination.certificateArn);
    return identity ? { identity, minVersion: termination.minVersion } : 'closed';
  }
}

/** `app/name/id` of a load balancer's ARN: what its metrics are kept by. */
export const fullName = (arn: string): string => arn.split(':loadbalancer/')[1]!;

/** `[{Key, Value}]`, as templates and the API write attributes. */
export function attributesOf(properties: Properties, name = 'LoadBalancerAttributes'): Record<string, string> {
  const list: { Key: string; Value: unknown }[] = properties[name] ?? [];
  return Object.fromEntries(list.map(({ Key, Value }) => [Key, String(Value)]));
}
