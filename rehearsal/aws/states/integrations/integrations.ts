import type { Json } from '../../../engine/definition.ts';
import type { TaskCall } from '../../../engine/visit.ts';
import type { World } from '../../kernel.ts';
import { runBuild, startBuild } from './codebuild.ts';
import { invoke } from './lambda.ts';
import { dynamodb, publish, putEvents } from './request.ts';
import { operationOf, parseResource } from './resource.ts';
import { type RoleIam, SdkClients } from './sdk-clients.ts';
import { SDK_SERVICES } from './sdk-services.ts';

type Integration = (clients: SdkClients, call: TaskCall, world: World) => Promise<Json>;

/** The integrations that are more than an SDK call, by what follows `arn:aws:states:::`. */
const OPTIMIZED: Readonly<Record<string, Integration>> = {
  'lambda:invoke': invoke,
  // The token is in the payload; the engine waits for it.
  'lambda:invoke.waitForTaskToken': invoke,
  'codebuild:startBuild': startBuild,
  'codebuild:startBuild.sync': (clients, call, world) => runBuild(world, clients, call),
  'sns:publish': publish,
  'sns:publish.waitForTaskToken': publish,
  'events:putEvents': putEvents,
  'events:putEvents.waitForTaskToken': putEvents,
  'dynamodb:getItem': dynamodb('GetItem'),
  'dynamodb:putItem': dynamodb('PutItem'),
  'dynamodb:updateItem': dynamodb('UpdateItem'),
};

const PREFIX = 'arn:aws:states:::';

/** What a Task may call. */
export class Integrations {
  readonly #world: World;
  readonly #clients: SdkClients;

  constructor(world: World, iam: RoleIam) {
    this.#world = world;
    this.#clients = new SdkClients(world, iam);
  }

  /** Imports the SDKs that a definition names, so that `refuse` knows their operations. */
  async prepare(definition: string): Promise<void> {
    for (const [, service] of definition.matchAll(/arn:aws:states:::aws-sdk:([a-z0-9]+):/g)) {
      if (service && SDK_SERVICES[service]) await this.#clients.load(service);
    }
  }

  /** Why a Resource cannot be called here, by name; undefined when it can. */
  refuse(arn: string): string | undefined {
    if (OPTIMIZED[arn.replace(PREFIX, '')]) return undefined;
    const resource = parseResource(arn);
    if (!resource?.sdk) return `the integration '${arn}' is not supported, expected aws-sdk or one of ${Object.keys(OPTIMIZED).join(', ')}`;
    if (resource.pattern === 'sync') return `the integration '${arn}' is not supported: aws-sdk has no .sync`;
    if (!SDK_SERVICES[resource.service]) return `the service '${resource.service}' of '${arn}' is not supported`;
    const operation = operationOf(resource);
    return this.#clients.has(resource.service, operation) ? undefined : `the service '${resource.service}' has no operation '${operation}'`;
  }

  async call(call: TaskCall): Promise<Json> {
    const own = OPTIMIZED[call.resource.replace(PREFIX, '')];
    if (own) return own(this.#clients, call, this.#world);
    const resource = parseResource(call.resource)!;
    const { roleArn, signal } = call;
    const operation = operationOf(resource);
    return this.#clients.call({ service: resource.service, operation, roleArn, signal, optimized: false }, call.arguments);
  }

  async close(): Promise<void> {
    await this.#clients.close();
  }
}
