import type { Json } from '../../../engine/definition.ts';
import type { World } from '../../kernel.ts';
import { asTaskError } from './errors.ts';
import { type Answer, withMetadata } from './metadata.ts';
import { toInput, toResult } from './recase.ts';
import { SDK_SERVICES, type SdkModule } from './sdk-services.ts';

export interface RoleIam {
  credentials(
    roleArn: string,
    via: string,
  ): Promise<{ readonly AWS_ACCESS_KEY_ID: string; readonly AWS_SECRET_ACCESS_KEY: string; readonly AWS_SESSION_TOKEN?: string }>;
}

interface Client {
  send(command: object, options: { abortSignal: AbortSignal }): Promise<Answer>;
  destroy(): void;
}

/** An API call of a Task. */
export interface SdkCall {
  /** As in the Resource ARN. */
  readonly service: string;
  /** `DescribeStacks` */
  readonly operation: string;
  readonly roleArn: string;
  readonly signal: AbortSignal;
  /** Words errors and times as the service's own integration does. */
  readonly optimized: boolean;
}

/** The real SDK clients, each with the credentials of the state machine's role: the stand-in authorizes them like any other caller. */
export class SdkClients {
  readonly #world: World;
  readonly #iam: RoleIam;
  readonly #modules = new Map<string, SdkModule>();
  readonly #clients = new Map<string, Promise<Client>>();

  constructor(world: World, iam: RoleIam) {
    this.#world = world;
    this.#iam = iam;
  }

  /** Imports a service's SDK. Needed before `operation` can tell. */
  async load(service: string): Promise<SdkModule> {
    const known = this.#modules.get(service) ?? (await SDK_SERVICES[service]!.load());
    this.#modules.set(service, known);
    return known;
  }

  /** Whether a loaded service has an operation. */
  has(service: string, operation: string): boolean {
    return `${operation}Command` in (this.#modules.get(service) ?? {});
  }

  /** Calls with arguments in Step Functions' spelling, and gives the result in it. */
  async call(call: SdkCall, args: Json): Promise<Json> {
    const sdk = await this.load(call.service);
    const [, , , , input, output] = sdk[`${call.operation}$`];
    const answer = await this.send(call, toInput(input, args) as object);
    if (!call.optimized) return toResult(output, answer, 'text');
    return withMetadata(toResult(output, answer, 'milliseconds') as Record<string, Json>, answer);
  }

  /** Calls with an input in the SDK's own spelling. Rejects with a StatesError. */
  async send(call: SdkCall, input: object): Promise<Answer> {
    const service = SDK_SERVICES[call.service]!;
    const sdk = await this.load(call.service);
    try {
      const client = await this.#client(call.service, call.roleArn);
      return await client.send(new sdk[`${call.operation}Command`](input), { abortSignal: call.signal });
    } catch (error) {
      throw asTaskError(error, service, sdk, call.optimized);
    }
  }

  async close(): Promise<void> {
    for (const client of await Promise.all(this.#clients.values())) client.destroy();
  }

  #client(service: string, roleArn: string): Promise<Client> {
    const key = `${service} ${roleArn}`;
    const client = this.#clients.get(key) ?? this.#create(service, roleArn);
    this.#clients.set(key, client);
    // A role that could not be assumed may be created later.
    client.catch(() => this.#clients.delete(key));
    return client;
  }

  async #create(service: string, roleArn: string): Promise<Client> {
    const sdk = await this.load(service);
    const keys = await this.#iam.credentials(roleArn, 'states.amazonaws.com');
    return new sdk[SDK_SERVICES[service]!.client]({
      endpoint: this.#world.endpoint(),
      region: this.#world.region,
      credentials: {
        accessKeyId: keys.AWS_ACCESS_KEY_ID,
        secretAccessKey: keys.AWS_SECRET_ACCESS_KEY,
        sessionToken: keys.AWS_SESSION_TOKEN,
      },
      // A Task's own Retry decides: what the SDK tried again by itself would be missing in the history.
      maxAttempts: 1,
      ...(service === 's3' && { forcePathStyle: true }),
    });
  }
}
