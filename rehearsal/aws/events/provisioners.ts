import type { Properties, Provisioner, Provisioners, World } from '../kernel.ts';
import { namePattern, on, physicalName } from '../physical-names.ts';
import { busName, ruleKey } from './names.ts';
import { type Rule, readRule } from './rule.ts';

/** What the provisioners write and EventBridge reads. */
export interface RuleBook {
  readonly buses: Set<string>;
  /** By physical id. */
  readonly rules: Map<string, Rule>;
  services(): ReadonlySet<string>;
  /** Begins, or begins anew, to fire a rule by its schedule. */
  schedule(rule: Rule): void;
  unschedule(rule: Rule): void;
}

export const eventProvisioners = (world: World, book: RuleBook): Provisioners => ({
  'AWS::Events::Rule': ruleProvisioner(world, book),
  'AWS::Events::EventBus': busProvisioner(world, book),
});

function ruleProvisioner(world: World, book: RuleBook): Provisioner {
  const arnOf = (bus: string, name: string) =>
    `arn:aws:events:${world.region}:${world.account}:rule/${bus === 'default' ? '' : `${bus}/`}${name}`;
  const put = (name: string, properties: Properties) => {
    const bus = busName(properties['EventBusName']);
    if (!book.buses.has(bus)) throw new Error(`Event bus ${bus} does not exist.`);
    const rule = readRule(name, arnOf(bus, name), bus, properties, book.services());
    book.rules.set(ruleKey(bus, name), rule);
    book.schedule(rule);
    return { physicalId: ruleKey(bus, name), attributes: { Arn: rule.arn } };
  };
  return {
    replaceOn: ['Name', 'EventBusName'],
    create: (properties, at) => put(properties['Name'] ?? physicalName(at), properties),
    update: (id, properties) => put(id.split('|').at(-1)!, properties),
    remove(id) {
      const rule = book.rules.get(id);
      if (rule) book.unschedule(rule);
      book.rules.delete(id);
    },
    permissions(verb, properties, at) {
      const arn = arnOf(busName(properties['EventBusName']), properties['Name'] ?? namePattern(at));
      return verb === 'delete' ? on(arn, 'events:DeleteRule', 'events:RemoveTargets') : on(arn, 'events:PutRule', 'events:PutTargets');
    },
  };
}

function busProvisioner(world: World, book: RuleBook): Provisioner {
  const arnOf = (name: string) => `arn:aws:events:${world.region}:${world.account}:event-bus/${name}`;
  const answer = (name: string) => ({ physicalId: name, attributes: { Arn: arnOf(name), Name: name } });
  return {
    replaceOn: ['Name'],
    create({ Name: name }) {
      if (book.buses.has(name)) throw new Error(`Event bus ${name} already exists.`);
      book.buses.add(name);
      return answer(name);
    },
    update: answer,
    remove: (name) => void book.buses.delete(name),
    permissions: (verb, { Name: name }) =>
      on(arnOf(name), `events:${verb === 'delete' ? 'Delete' : verb === 'update' ? 'Update' : 'Create'}EventBus`),
  };
}
