import * as sdk from '@aws-sdk/client-cloudformation';
import type { CloudEvent, Properties, Provisioners, Service, World } from '../kernel.ts';
import { changeSetHandlers } from './api/change-sets.ts';
import { descriptionHandlers } from './api/descriptions.ts';
import { driftHandlers } from './api/drift.ts';
import { eventHandlers } from './api/events.ts';
import { operationHandlers } from './api/operations.ts';
import { goalOf, type Templates } from './api/request.ts';
import { templateHandlers } from './api/templates.ts';
import { makeObsolete } from './change-set.ts';
import { planChanges } from './changes.ts';
import type { Authority, Engine } from './engine.ts';
import { EventLog } from './event-log.ts';
import { requireLegal } from './legal-moves.ts';
import { execute } from './operations.ts';
import { permissions } from './permissions.ts';
import { recordedTypes } from './recorded-types.ts';
import { Stack } from './stack.ts';
import { Stacks } from './stacks.ts';

export interface Collaborators {
  readonly iam: Authority;
  /** Of all services, merged. What they do not know and what is not recorded only is refused by name. */
  readonly provisioners: Provisioners;
  /** Reads a template by its S3 URL. */
  readonly templates: Templates;
  /** To the default bus. */
  readonly emit: (event: CloudEvent) => void;
}

/** What a person at a terminal deploys. */
export interface Deployment {
  readonly stackName: string;
  /** The ARN of a stack that others refer to by it, as of one that was there before. @default - one with a random last part */
  readonly stackId?: string;
  /** JSON, as synthesized. May be larger than what an API call takes: `cdk deploy` would go through S3. */
  readonly template: string;
  /** @default none */
  readonly parameters?: Readonly<Record<string, string>>;
  /** @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A stack did not become what its template says. */
export class DeploymentFailed extends Error {
  override readonly name = 'DeploymentFailed';
}

/** Creates, updates and rolls back stacks as AWS does, with its statuses, its events and its refusals. */
export class CloudFormation {
  readonly service: Service;
  readonly #engine: Engine;

  constructor(world: World, { iam, provisioners, templates, emit }: Collaborators) {
    this.#engine = {
      world,
      iam,
      // A service that owns a type goes before the record of it.
      provisioners: { ...recordedTypes(world), ...provisioners },
      stacks: new Stacks(),
      log: new EventLog(emit),
    };
    const { stacks } = this.#engine;
    this.service = {
      signingName: 'cloudformation',
      sdk,
      client: new sdk.CloudFormationClient({ region: world.region }),
      handlers: {
        ...changeSetHandlers(this.#engine, templates),
        ...operationHandlers(this.#engine),
        ...descriptionHandlers(stacks),
        ...driftHandlers(this.#engine),
        ...eventHandlers(stacks),
        ...templateHandlers(this.#engine, templates),
      },
      permissions: permissions(world, stacks),
    };
  }

  /** Living resources of all stacks whose type begins so. @param prefix e.g. `AWS::EC2::` */
  resources(prefix: string): { type: string; physicalId: string; properties: Properties }[] {
    const living = this.#engine.stacks.live().flatMap((stack) => stack.liveResources());
    return living.flatMap(({ type, physicalId, properties }) =>
      physicalId !== undefined && type.startsWith(prefix) ? [{ type, physicalId, properties }] : [],
    );
  }

  /**
   * Deploys as the operator, as `cdk deploy` does, and waits for the end. Without changes it does nothing.
   * @returns the stack's outputs by key. Rejects with DeploymentFailed and every resource's reason.
   */
  async deploy({ stackName, stackId, template, parameters = {}, tags = {} }: Deployment): Promise<Record<string, string>> {
    const { iam, stacks, world } = this.#engine;
    const principal = iam.operator;
    const stack = stacks.find(stackName) ?? new Stack(world, stackName, stackId);
    if (stackId !== undefined && stack.id !== stackId)
      throw new DeploymentFailed(`Stack ${stackName} exists as ${stack.id}, not as ${stackId}`);
    const goal = goalOf(this.#engine, template, stack, {
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
    requireLegal(stack, 'update', 'create');
    if (stack.goal && planChanges(this.#engine, stack, goal).empty) return outputs(stack);
    stacks.add(stack);
    makeObsolete(stack);
    const options = { principal, disableRollback: false, retainExceptOnCreate: false, deleteOnFailure: false };
    await execute(this.#engine, stack, goal, options).done;
    if (stack.status !== 'CREATE_COMPLETE' && stack.status !== 'UPDATE_COMPLETE') throw new DeploymentFailed(whatFailed(stack));
    return outputs(stack);
  }
}

const outputs = (stack: Stack): Record<string, string> =>
  Object.fromEntries(stack.outputs.map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]));

function whatFailed(stack: Stack): string {
  const { operation } = stack;
  const failures = stack.events
    .filter(({ operationId, status }) => operationId === operation?.id && status.endsWith('_FAILED'))
    .map(({ logicalId, type, status, reason }) => `${logicalId} (${type}) ${status}: ${reason}`);
  return [`Stack ${stack.name} is ${stack.status}: ${stack.reason ?? ''}`, ...failures].join('\n');
}
