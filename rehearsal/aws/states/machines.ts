import { StateMachineDoesNotExist } from '@aws-sdk/client-sfn';
import type { Definition } from '../../engine/definition.ts';

/** A state machine as it stands, or one version of it. */
export interface StateMachine {
  /** Unqualified. */
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  /** As the template gave it. */
  readonly text: string;
  readonly definition: Definition;
  readonly revisionId: string;
  readonly creationDate: Date;
  readonly tags: Readonly<Record<string, string>>;
  readonly logging: object;
}

/** All state machines, their versions and aliases. */
export class StateMachines {
  readonly #machines = new Map<string, StateMachine>();
  /** Version ARN → the machine as it was. */
  readonly #versions = new Map<string, StateMachine>();
  /** Alias ARN → version ARN. */
  readonly #aliases = new Map<string, string>();
  readonly #published = new Map<string, number>();

  put(machine: StateMachine): void {
    this.#machines.set(machine.arn, machine);
  }

  remove(arn: string): void {
    this.#machines.delete(arn);
  }

  all(): StateMachine[] {
    return [...this.#machines.values()];
  }

  /** Gives the version's ARN. */
  publish(arn: string): string {
    const machine = this.resolve(arn);
    const number = (this.#published.get(machine.arn) ?? 0) + 1;
    this.#published.set(machine.arn, number);
    this.#versions.set(`${machine.arn}:${number}`, machine);
    return `${machine.arn}:${number}`;
  }

  removeVersion(arn: string): void {
    this.#versions.delete(arn);
  }

  putAlias(name: string, versionArn: string): string {
    const arn = `${this.resolve(versionArn).arn}:${name}`;
    this.#aliases.set(arn, versionArn);
    return arn;
  }

  removeAlias(arn: string): void {
    this.#aliases.delete(arn);
  }

  /** By the ARN of a machine, a version or an alias. Throws StateMachineDoesNotExist. */
  resolve(arn: string): StateMachine {
    const machine = this.#machines.get(arn) ?? this.#versions.get(this.#aliases.get(arn) ?? arn);
    if (machine) return machine;
    throw new StateMachineDoesNotExist({ message: `State Machine Does Not Exist: '${arn}'`, $metadata: {} });
  }
}
