/**
 * The words that every service of the stand-in shares. A service is a class under its own folder: it holds its state, answers
 * API calls (`service`), and creates the CloudFormation resources it owns (`provisioners`). Services find each other
 * through their constructors; `cloud.ts` is the one place that wires them.
 */
import type { JsonWebKey } from 'node:crypto';
import type { Clock } from '../clock.ts';

/** What a service of the stand-in is given. */
export interface World {
  /** 12 digits; @default 111122223333, AWS's own example account */
  readonly account: string;
  readonly region: string;
  readonly partition: 'aws';
  readonly clock: Clock;
  /** Where faults reach in. Without faults every hook is absent. */
  readonly hooks: Hooks;
  /** A directory of this rehearsal's own, removed at its end. */
  readonly home: string;
  /** `http://127.0.0.1:PORT` of the stand-in; throws before it listens. */
  endpoint(): string;
  /**
   * Variables that the platform gives every task, function and build: the way to the outside world, which a rehearsal plays.
   * @default none
   */
  platform?(): Readonly<Record<string, string>>;
  /**
   * Public keys of an OpenID Connect issuer, which STS fetches from the internet. Rejects when there is no such issuer.
   * @param issuer `https://token.actions.githubusercontent.com`
   * @default - no issuer is reached
   */
  identityKeys?(issuer: string): Promise<readonly JsonWebKey[]>;
  /** One line a noteworthy thing, for `--verbose` and for the log file under `home`. */
  log(line: string): void;
}

/** Who makes a call. */
export interface Principal {
  /** `arn:aws:iam::111122223333:role/NAME`; the operator is `…:user/operator`. */
  readonly arn: string;
  /** The service that assumed the role for this call (`lambda.amazonaws.com`), where one did. */
  readonly via?: string;
}

/** One IAM action on one resource, as the service authorization reference names them. */
export interface Permission {
  /** `s3:PutObject` */
  readonly action: string;
  /** An ARN, or `*` for actions that take no resource. */
  readonly resource: string;
  /** Condition keys of this call, e.g. `{'iam:PassedToService': 'cloudformation.amazonaws.com'}`. */
  readonly context?: Readonly<Record<string, string | string[]>>;
}

export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly requestId: string;
  readonly principal: Principal;
  /** Whether the caller has hung up since: what a long call waits for is then another's. @default - it waits */
  readonly gone?: () => boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: a handler's input and output are checked by the SDK's own schemas on the wire
export type Handler = (input: any, call: Call) => unknown;

/** How a service appears on the wire. */
export interface Service {
  /** Name in the SigV4 credential scope, by which a request finds its service: `s3`, `states`, `monitoring`. */
  readonly signingName: string;
  /** Every export of the SDK client package: its schemas are read from it. */
  readonly sdk: object;
  /** A client of that package: only its protocol is used. */
  readonly client: { readonly config: unknown };
  /** Operation name → what it does. An operation without a handler is refused by name. Throws the SDK's own exceptions. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Operation name → what the caller must be allowed. Every handler has one; `[]` only for calls that AWS does not authorize. */
  // biome-ignore lint/suspicious/noExplicitAny: as for Handler
  readonly permissions: Readonly<Record<string, (input: any) => Permission[]>>;
  /**
   * Operations that nobody signs: the input itself proves who asks, and the handler decides.
   * @default none
   */
  readonly unsigned?: readonly string[];
  /** S3 only: the bucket is the path's first segment, not part of the operation's own template. */
  readonly prefixLabel?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: CloudFormation properties are whatever the template says
export type Properties = Record<string, any>;

/** Where a provisioner works. */
export interface Provisioning {
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  /** Aborted when the stack operation is cancelled or deleted under way. */
  readonly signal: AbortSignal;
  /** Tags that CloudFormation hands down. */
  readonly tags: Readonly<Record<string, string>>;
  /**
   * `create` tells the physical id as soon as the thing exists, where that is long before it is ready (a service that starts its
   * tasks): only then can it be described while it is created, and deleted after its creation failed.
   */
  readonly initiated?: (physicalId: string) => void;
}

export interface Provisioned {
  /** What `Ref` gives. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` gives, by attribute name; nested names with a dot (`Endpoint.Address`). */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** One CloudFormation resource type that acts here. Types that do not matter to a release are recorded only. */
export interface Provisioner {
  /** Properties whose change needs a new physical resource (`all`: any change does). @default none */
  readonly replaceOn?: readonly string[] | 'all';
  create(properties: Properties, at: Provisioning): Promise<Provisioned> | Provisioned;
  /** Absent: the resource has nothing to update. Fails by throwing: the message becomes ResourceStatusReason. */
  update?(physicalId: string, properties: Properties, old: Properties, at: Provisioning): Promise<Provisioned> | Provisioned;
  remove?(physicalId: string, properties: Properties, at: Provisioning): Promise<void> | void;
  /**
   * What it really is, where others than CloudFormation change it: a drift check compares it with the template. undefined when it is gone.
   * @default - as CloudFormation made it
   */
  read?(physicalId: string): Promise<Properties | undefined> | Properties | undefined;
  /** What CloudFormation's role needs; checked when the stack operation has a role. @default nothing */
  permissions?(verb: 'create' | 'update' | 'delete', properties: Properties, at: Provisioning): Permission[];
}
export type Provisioners = Readonly<Record<string, Provisioner>>;

/** An event as EventBridge delivers it. */
export interface CloudEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: unknown;
  readonly resources?: readonly string[];
}

/** What a service tells CloudWatch: one value of one metric. */
export interface Measurement {
  /** `AWS/ApplicationELB` */
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}
export type Measure = (measurement: Measurement) => void;

/** What a container is about to run, seen by a fault. */
export interface ContainerStart {
  readonly taskArn: string;
  readonly serviceName?: string;
  /** Repository URI with `@sha256:…`. */
  readonly image: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Aborted when the task is asked to stop before it runs. */
  readonly signal: AbortSignal;
}

/** What becomes of a container instead. What is absent stays as it was. */
export type ContainerInstead =
  | {
      /** Runs in place of the image's own command and entry point. */
      readonly command?: readonly string[];
      /** MiB beyond which it is killed. */
      readonly memory?: number;
      /** Of the host that it meets. */
      readonly architecture?: 'amd64' | 'arm64';
    }
  /** It never starts. */
  | { readonly stopCode: string; readonly stoppedReason: string };

/**
 * Where faults reach in. Seen from the pipeline each is an ordinary answer of AWS or of the service; the pipeline and the service
 * carry no test switch.
 */
export interface Hooks {
  /** Before an API call is handled: throw an SDK exception, or wait. */
  call?(call: Call, input: unknown): void | Promise<void>;
  /** Changes what a container runs and how, refuses to start it, or keeps it waiting: its task is PENDING meanwhile. */
  container?(start: ContainerStart): ContainerInstead | undefined | Promise<ContainerInstead | undefined>;
  /** Answers an HTTP request in place of the target that the load balancer chose. Also asked for health checks. */
  response?(request: {
    path: string;
    method: string;
    healthCheck: boolean;
    image: string;
    serviceName: string;
  }): { status: number; headers?: Record<string, string>; body?: string } | undefined;
  /** Makes a resource operation of CloudFormation fail with this reason. */
  resource?(
    at: Provisioning,
    verb: 'create' | 'update' | 'delete' | 'rollback',
    type: string,
  ): string | undefined | Promise<string | undefined>;
}
