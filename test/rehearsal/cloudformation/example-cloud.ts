import type { ChangeSetType, ResourceStatus, StackStatus } from '@aws-sdk/client-cloudformation';
import { CloudFormation } from '../../../rehearsal/aws/cloudformation/cloudformation.ts';
import type {
  CloudEvent,
  Hooks,
  Permission,
  Principal,
  Properties,
  Provisioner,
  Provisioners,
  Provisioning,
} from '../../../rehearsal/aws/kernel.ts';
import { AccessDenied } from '../../../rehearsal/aws/wire/errors.ts';
import { exampleWorld } from '../example-world.ts';

export const THING = 'AWS::Example::Thing';
export const VERSION = 'AWS::Example::Version';
export const operator: Principal = { arn: 'arn:aws:iam::111122223333:user/operator' };
export const deployer: Principal = { arn: 'arn:aws:iam::111122223333:role/example-step' };
export const deployRole = 'arn:aws:iam::111122223333:role/example-deploy';

export interface Resources {
  [logicalId: string]: { Type: string; Properties?: Properties; [attribute: string]: unknown };
}
export const template = (resources: Resources, rest: object = {}): string => JSON.stringify({ Resources: resources, ...rest });

/** A service that refers to a version, as an ECS service to its task definition: a new version replaces the old one. */
export const service = (version: string, rest: object = {}): string =>
  template(
    {
      Version: { Type: VERSION, Properties: { Image: version } },
      Service: { Type: THING, Properties: { Version: { Ref: 'Version' } } },
    },
    rest,
  );

// biome-ignore lint/suspicious/noExplicitAny: the wire would check inputs and outputs
type Answer = any;
/** Of CreateChangeSet, and with `execute` of ExecuteChangeSet. */
interface Options {
  readonly type?: ChangeSetType;
  readonly name?: string;
  readonly StackName?: string;
  readonly execute?: object;
  readonly [option: string]: unknown;
}
type Verb = 'create' | 'update' | 'remove';

/** CloudFormation with fake resource types, two of ECS's names among them, whose every action can be held or made to fail. */
export function exampleCloud(hooks: Hooks = {}) {
  const world = exampleWorld(hooks);
  const actions: string[] = [];
  const emitted: CloudEvent[] = [];
  const failing = new Map<string, string>();
  const held = new Map<string, { promise: Promise<void>; release: () => void }>();
  const denied = new Set<string>();
  const asked: { who: string; permission: Permission }[] = [];
  const templates = new Map<string, string>();
  let counter = 0;

  async function gate(verb: Verb, id: string, { logicalId, signal }: Provisioning): Promise<void> {
    actions.push(`${verb} ${id}`);
    const key = `${verb} ${logicalId}`;
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    await Promise.race([held.get(key)?.promise, aborted]);
    const reason = failing.get(key);
    if (reason !== undefined) throw new Error(reason);
  }

  const provisioner = (replaceOn?: 'all'): Provisioner => ({
    replaceOn,
    async create(properties, at) {
      const physicalId = `${at.logicalId.toLowerCase()}-${++counter}`;
      at.initiated?.(physicalId);
      await gate('create', physicalId, at);
      return { physicalId, attributes: { Arn: `arn:aws:example:::${physicalId}`, Size: properties['Size'] } };
    },
    async update(physicalId, properties, old, at) {
      await gate('update', `${physicalId} from ${JSON.stringify(old)} to ${JSON.stringify(properties)}`, at);
      return { physicalId, attributes: { Arn: `arn:aws:example:::${physicalId}` } };
    },
    remove: (physicalId, _properties, at) => gate('remove', physicalId, at),
    permissions: (verb, _properties, { logicalId }) => [{ action: `example:${verb}`, resource: `arn:aws:example:::${logicalId}` }],
  });
  const provisioners: Provisioners = {
    [THING]: provisioner(),
    [VERSION]: provisioner('all'),
    'AWS::ECS::TaskDefinition': provisioner('all'),
    'AWS::ECS::Service': provisioner(),
  };

  const iam = {
    operator,
    async authorize(principal: Principal, permission: Permission) {
      asked.push({ who: principal.arn, permission });
      if (!denied.has(`${principal.arn} ${permission.action}`)) return;
      throw new AccessDenied(principal, permission, `User: ${principal.arn} is not authorized to perform: ${permission.action}`);
    },
    async assume(arn: string): Promise<Principal> {
      if (arn !== deployRole) throw new Error(`The role ${arn} cannot be found.`);
      return { arn, via: 'cloudformation.amazonaws.com' };
    },
  };
  const cloudFormation = new CloudFormation(world, {
    iam,
    provisioners,
    templates: async (url) => templates.get(url) ?? Promise.reject(new Error('The specified key does not exist.')),
    emit: (event) => void emitted.push(event),
  });

  const call = async (operation: string, input: object = {}, principal: Principal = operator): Promise<Answer> =>
    cloudFormation.service.handlers[operation]!(input, { service: 'cloudformation', operation, requestId: 'example', principal });

  const status = async (name = 'example'): Promise<StackStatus> =>
    (await call('DescribeStacks', { StackName: name })).Stacks[0].StackStatus;

  async function until(done: () => Promise<boolean>): Promise<void> {
    for (let polls = 0; !(await done()); polls++) {
      if (polls > 2000) throw new Error('it never came to pass');
      await world.clock.wait(1);
    }
  }

  const cloud = {
    world,
    cloudFormation,
    provisioners,
    call,
    status,
    until,
    /** `create service-2`, in order. */
    actions,
    emitted,
    /** Who was asked for which permission. */
    asked,
    /** `PRINCIPAL ARN ACTION` */
    denied,
    /** Templates by URL. */
    templates,
    /** The action fails from now on with this reason, until undefined is given. */
    fail(verb: Verb, logicalId: string, reason: string | undefined) {
      if (reason === undefined) failing.delete(`${verb} ${logicalId}`);
      else failing.set(`${verb} ${logicalId}`, reason);
    },
    /** The action does not end before it is released, or aborted. */
    hold(verb: Verb, logicalId: string): () => void {
      let release = () => {};
      const promise = new Promise<void>((resolve) => {
        release = () => {
          held.delete(`${verb} ${logicalId}`);
          resolve();
        };
      });
      held.set(`${verb} ${logicalId}`, { promise, release });
      return release;
    },
    /** Waits for the end of what is under way. */
    async settled(name = 'example'): Promise<StackStatus> {
      await until(async () => !(await status(name)).endsWith('_IN_PROGRESS'));
      return status(name);
    },
    reaches: (wanted: StackStatus, name = 'example') => until(async () => (await status(name)) === wanted),
    /** Creates a change set and waits until it is worked out. */
    async changeSet(body: string, more: Options = {}) {
      const { type = 'UPDATE', name = `set-${++counter}`, ...rest } = more;
      const input = { StackName: 'example', ChangeSetName: name, ChangeSetType: type, TemplateBody: body, ...rest };
      const { Id } = await call('CreateChangeSet', input);
      const described = () => call('DescribeChangeSet', { ChangeSetName: Id, IncludePropertyValues: true });
      await until(async () => /COMPLETE|FAILED/.test((await described()).Status));
      return described();
    },
    /** Executes a template by change set; does not wait for its end. */
    async start(body: string, { execute = {}, ...more }: Options = {}) {
      const { ChangeSetId, Status, StatusReason } = await cloud.changeSet(body, more);
      if (Status !== 'CREATE_COMPLETE') throw new Error(`the change set is ${Status}: ${StatusReason}`);
      await call('ExecuteChangeSet', { ChangeSetName: ChangeSetId, ...execute });
      return ChangeSetId as string;
    },
    async create(body: string, options: Options = {}) {
      await cloud.start(body, { type: 'CREATE', ...options });
      return cloud.settled(options.StackName);
    },
    async update(body: string, options: Options = {}) {
      await cloud.start(body, options);
      return cloud.settled(options.StackName);
    },
    async resources(name = 'example'): Promise<Record<string, { physicalId: string; status: ResourceStatus; reason?: string }>> {
      const { StackResources } = await call('DescribeStackResources', { StackName: name });
      return Object.fromEntries(
        StackResources.map((each: Answer) => [
          each.LogicalResourceId,
          { physicalId: each.PhysicalResourceId, status: each.ResourceStatus, reason: each.ResourceStatusReason },
        ]),
      );
    },
    /** `LogicalId STATUS physical-id: reason` oldest first. @param from how many events to leave out */
    async events(name = 'example', from = 0): Promise<string[]> {
      const { StackEvents } = await call('DescribeStackEvents', { StackName: name });
      return StackEvents.reverse()
        .slice(from)
        .map(
          ({ LogicalResourceId, ResourceStatus, PhysicalResourceId, ResourceStatusReason }: Answer) =>
            `${LogicalResourceId} ${ResourceStatus}${LogicalResourceId === name ? '' : ` ${PhysicalResourceId || '-'}`}${ResourceStatusReason ? `: ${ResourceStatusReason}` : ''}`,
        );
    },
    remove: () => world.remove(),
  };
  return cloud;
}

export type ExampleCloud = ReturnType<typeof exampleCloud>;
