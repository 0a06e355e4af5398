import * as sdk from '@aws-sdk/client-lambda';
import type { PolicyDocument } from '../iam/policy-document.ts';
import type { Permission, Principal, Provisioners, Service, World } from '../kernel.ts';
import { operations, permissions } from './api.ts';
import { AsynchronousInvocations } from './asynchronous.ts';
import { EventSources } from './event-sources.ts';
import type { FunctionCode } from './function.ts';
import { Functions, parse } from './functions.ts';
import { provisioners } from './provisioners.ts';
import { ResourcePolicies } from './resource-policies.ts';
import { environmentOf } from './runtime/environment.ts';
import { type Invoked, invoke } from './runtime/invocation.ts';
import { type FunctionLogs, logWriter } from './runtime/log-writer.ts';
import { Sandbox } from './runtime/sandbox.ts';
import { Sandboxes } from './runtime/sandboxes.ts';
import { FunctionUrls, type UrlCollaborators } from './url/function-urls.ts';

export interface LambdaCollaborators {
  readonly iam: {
    credentials(roleArn: string, via: string, session?: string): Promise<Readonly<Record<keyof RoleCredentials, string>>>;
    setResourcePolicy(arn: string, document: PolicyDocument | undefined): void;
    authorizeService(via: string, permission: Permission): Promise<void>;
    assume(roleArn: string, via: string, session?: string): Promise<Principal>;
    authorize(principal: Principal, permission: Permission): Promise<void>;
    signer: UrlCollaborators['iam']['signer'];
  };
  readonly logs: FunctionLogs;
  /** How many messages of a queue could be taken now. */
  visible(queueArn: string): number;
  /** How many sandboxes, of whichever functions, stay warm while idle. @default 2 */
  readonly warm?: number;
  /** The directory of a published code asset; undefined when there is none under this key. */
  code(bucket: string, key: string): string | undefined;
}

interface RoleCredentials {
  AWS_ACCESS_KEY_ID: string;
  AWS_SECRET_ACCESS_KEY: string;
  AWS_SESSION_TOKEN: string;
}

/** Functions whose bundled handlers run in worker threads, as their roles and with the environment of their templates. */
export class Lambda {
  readonly service: Service;
  readonly provisioners: Provisioners;
  readonly functions = new Functions();
  /** Addresses at which functions answer callers who sign. */
  readonly urls: FunctionUrls;
  readonly #world: World;
  readonly #collaborators: LambdaCollaborators;
  readonly #sandboxes: Sandboxes;
  readonly #asynchronous: AsynchronousInvocations;
  readonly #sources: EventSources;

  constructor(world: World, collaborators: LambdaCollaborators) {
    this.#world = world;
    this.#collaborators = collaborators;
    this.#sandboxes = new Sandboxes((code) => this.#sandbox(code), collaborators.warm);
    const invokeNow = (code: FunctionCode, event: string, invokedArn: string) => this.#invoke(code, event, invokedArn);
    this.#asynchronous = new AsynchronousInvocations(world, collaborators.iam, invokeNow);
    this.#sources = new EventSources(world, collaborators, (name) => this.functions.resolve(name), invokeNow);
    this.urls = new FunctionUrls(world, {
      iam: collaborators.iam,
      invoke: (arn, event) => invokeNow(this.functions.resolve(arn), event, arn),
    });
    const invoker = {
      functions: this.functions,
      invoke: invokeNow,
      queue: this.#asynchronous.queue,
      arn: (reference: string, qualifier?: string) => this.#arn(reference, qualifier),
    };
    this.service = {
      signingName: 'lambda',
      sdk,
      client: new sdk.LambdaClient({ region: world.region, credentials: { accessKeyId: 'example', secretAccessKey: 'example' } }),
      handlers: operations(invoker),
      permissions: permissions(invoker),
    };
    this.provisioners = provisioners({
      world,
      functions: this.functions,
      policies: new ResourcePolicies(collaborators.iam),
      asynchronous: this.#asynchronous,
      sources: this.#sources,
      urls: this.urls,
      code: collaborators.code,
    });
  }

  /**
   * Takes an event for a function on behalf of a service, asynchronously. Rejects with AccessDenied when no AWS::Lambda::Permission lets the service.
   * @param source ARN of the rule or topic that the event came by
   * @param via the service that delivers. @default events.amazonaws.com
   */
  async deliver(arn: string, event: unknown, source?: string, via = 'events.amazonaws.com'): Promise<void> {
    const code = this.functions.resolve(arn);
    const context: Record<string, string> = source === undefined ? {} : { 'aws:SourceArn': source };
    await this.#collaborators.iam.authorizeService(via, { action: 'lambda:InvokeFunction', resource: arn, context });
    this.#asynchronous.queue(code, JSON.stringify(event), arn);
  }

  /** How many sandboxes are idle and warm. */
  get warm(): number {
    return this.#sandboxes.warm;
  }

  /** Waits for the events taken so far, their retries included. */
  async settled(): Promise<void> {
    await this.#asynchronous.settled();
  }

  /** Ends all workers; events not yet handled are dropped. */
  async close(): Promise<void> {
    this.#asynchronous.close();
    const sources = this.#sources.close();
    // What a function still works on ends with its worker: the sources wait for no more than that.
    await this.#sandboxes.close();
    await sources;
  }

  #arn(reference: string, qualifier?: string): string {
    const { name, qualifier: own = qualifier } = parse(reference);
    const { partition, region, account } = this.#world;
    return `arn:${partition}:lambda:${region}:${account}:function:${name}${own ? `:${own}` : ''}`;
  }

  async #invoke(code: FunctionCode, event: string, invokedArn: string): Promise<Invoked> {
    const invoked = await invoke(this.#sandboxes, code, event, invokedArn);
    if (invoked.functionError) this.#world.log(`lambda ${code.name}: ${invoked.payload}`);
    return invoked;
  }

  async #sandbox(code: FunctionCode): Promise<Sandbox> {
    const credentials = await this.#collaborators.iam.credentials(code.roleArn, 'lambda.amazonaws.com', code.name);
    const environment = (stream: string) => environmentOf(this.#world, code, credentials, stream);
    const log = await logWriter(this.#world, this.#collaborators, code);
    return new Sandbox(code, environment, log, this.#world.clock.now());
  }
}
