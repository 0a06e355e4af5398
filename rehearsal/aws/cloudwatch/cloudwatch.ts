import type { Provisioner, Provisioners, World } from '../kernel.ts';
import { namePattern, on, physicalName } from '../physical-names.ts';

export interface Alarm {
  readonly name: string;
  readonly arn: string;
  /** No metric is evaluated: an alarm stays OK until somebody sets its state. */
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
}

/** CloudWatch's alarms, as stacks create them. There is no endpoint: metrics travel in log lines (EMF), nothing calls it. */
export class CloudWatch {
  readonly provisioners: Provisioners;
  /** By name. */
  readonly alarms = new Map<string, Alarm>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    this.provisioners = {
      'AWS::CloudWatch::Alarm': this.#provisioner('cloudwatch:PutMetricAlarm'),
      'AWS::CloudWatch::CompositeAlarm': this.#provisioner('cloudwatch:PutCompositeAlarm'),
    };
  }

  #provisioner(put: string): Provisioner {
    const arnOf = (name: string) => `arn:aws:cloudwatch:${this.#world.region}:${this.#world.account}:alarm:${name}`;
    const answer = (name: string) => ({ physicalId: name, attributes: { Arn: arnOf(name) } });
    return {
      replaceOn: ['AlarmName'],
      create: (properties, at) => {
        const name = properties['AlarmName'] ?? physicalName(at, 255);
        this.alarms.set(name, { name, arn: arnOf(name), state: 'OK' });
        return answer(name);
      },
      update: answer,
      remove: (name) => void this.alarms.delete(name),
      permissions: (verb, properties, at) =>
        on(arnOf(properties['AlarmName'] ?? namePattern(at)), verb === 'delete' ? 'cloudwatch:DeleteAlarms' : put),
    };
  }
}
