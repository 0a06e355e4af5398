import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-sfn';
import type { CloudEvent, Permission, Principal, Provisioners, Service, World } from '../kernel.ts';
import { operations, permissions } from './api.ts';
import { Executions } from './executions.ts';
import { Integrations } from './integrations/integrations.ts';
import type { RoleIam } from './integrations/sdk-clients.ts';
import { StateMachines } from './machines.ts';
import { provisioners } from './provisioners.ts';

export interface StatesCollaborators {
  readonly iam: RoleIam & {
    assume(roleArn: string, via: string): Promise<Principal>;
    authorize(principal: Principal, permission: Permission): Promise<void>;
  };
  /** Puts an event on the default bus. */
  emit(event: CloudEvent): unknown;
}

/** Step Functions: standard state machines in JSONata, whose Tasks call this stand-in as the machine's role. */
export class States {
  readonly service: Service;
  readonly provisioners: Provisioners;
  readonly machines = new StateMachines();
  readonly executions: Executions;
  readonly #iam: StatesCollaborators['iam'];
  readonly #integrations: Integrations;

  constructor(world: World, { iam, emit }: StatesCollaborators) {
    this.#iam = iam;
    this.#integrations = new Integrations(world, iam);
    this.executions = new Executions(world, (call) => this.#integrations.call(call), emit);
    this.service = {
      signingName: 'states',
      sdk,
      client: new sdk.SFNClient({ region: world.region, credentials: { accessKeyId: 'example', secretAccessKey: 'example' } }),
      handlers: operations(this.machines, this.executions),
      permissions: permissions(),
    };
    this.provisioners = provisioners(world, this.machines, this.#integrations);
  }

  /**
   * Starts a machine for a rule. Rejects with AccessDenied when the rule's role may not.
   * @param input becomes the execution's input as it is
   * @param roleArn role of the rule's target, which EventBridge assumes
   * @returns the execution's ARN
   */
  async deliver(arn: string, input: unknown, roleArn: string): Promise<string> {
    const principal = await this.#iam.assume(roleArn, 'events.amazonaws.com');
    await this.#iam.authorize(principal, { action: 'states:StartExecution', resource: arn });
    const { id } = (input ?? {}) as { id?: unknown };
    // EventBridge names an execution after the event and adds an id of its own, as one event may be delivered twice.
    const name = typeof id === 'string' && id.length <= 36 ? `${id}_${randomUUID()}` : randomUUID();
    return this.executions.start(this.machines.resolve(arn), name, JSON.stringify(input ?? {})).props.executionArn;
  }

  /** Aborts every running execution and lets go of the SDK clients. */
  async close(): Promise<void> {
    await this.executions.close();
    await this.#integrations.close();
  }
}
