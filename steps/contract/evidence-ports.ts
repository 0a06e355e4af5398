/** What only CollectDiagnostics asks of the world, by the rules of `ports.ts`: `null` means that AWS said "there is none". */

/** One page of a log stream. */
export interface LogPage {
  /** Oldest first; may be empty although there are more pages. */
  lines: { at: string; line: string }[];
  /** Token of the page after it; null after the last. */
  next: string | null;
}
export interface LogPages {
  /** A page of a stream, from its beginning or by the token of the page before; null when the group or stream does not exist. */
  page(group: string, stream: string, token: string | null): Promise<LogPage | null>;
}

export interface ObjectStreams {
  /** Writes an object of any length in bounded memory. What was begun and not finished leaves nothing behind. */
  stream(bucket: string, key: string, body: AsyncIterable<Uint8Array>, contentType: string): Promise<void>;
}

/** What a secret tells without a value. */
export interface SecretView {
  arn: string;
  versions: { id: string; labels: string[]; createdAt: string | null }[];
  rotation: { enabled: boolean; lastRotated: string | null; next: string | null };
  lastChanged: string | null;
  /** When it will be, or was, deleted. */
  deleted: string | null;
}
export type VersionLabel = 'AWSPREVIOUS' | 'AWSPENDING';
export interface SecretHistory {
  describe(secretName: string): Promise<SecretView>;
  /** The text of the version with this label; null when none carries it. */
  version(secretName: string, label: VersionLabel): Promise<string | null>;
}

export interface ImageView {
  digest: string;
  tags: string[];
  pushedAt: string | null;
  bytes: number | null;
  /** `os/architecture` of the image's own configuration. */
  platform: string;
  mediaType: string;
  layers: { digest: string; bytes: number }[];
}
export interface ImageManifests {
  /** null when the registry has no image of that digest. */
  manifest(repository: string, digest: string): Promise<ImageView | null>;
}

/** What a load balancer asks of a target before it calls it healthy. */
export interface HealthCheckView {
  path: string;
  port: string;
  matcher: string;
  intervalSeconds: number;
  timeoutSeconds: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
}
export interface HealthChecks {
  check(targetGroupArn: string): Promise<HealthCheckView | null>;
}

/** `from` and `to`: addresses or other groups, with protocol and ports, e.g. `tcp 443-443 0.0.0.0/0`. */
export interface SecurityGroupView {
  id: string;
  vpcId: string;
  ingress: string[];
  egress: string[];
}
export interface SubnetView {
  id: string;
  vpcId: string;
  zone: string;
  cidr: string;
  /** A task that finds none is never started. */
  freeAddresses: number | null;
  /** The subnet's own route table, or its network's main one. */
  routeTable: string | null;
  /** `0.0.0.0/0 → nat-… (active)` */
  routes: string[];
}
export interface InterfaceView {
  id: string;
  status: string;
  subnetId: string;
  address: string;
  securityGroups: string[];
}
export interface Network {
  /** Where ECS puts the tasks of a service; null when ECS says that there is no such service. */
  ofService(cluster: string, service: string): Promise<{ subnets: string[]; securityGroups: string[] } | null>;
  securityGroups(ids: readonly string[]): Promise<SecurityGroupView[]>;
  subnets(ids: readonly string[]): Promise<SubnetView[]>;
  /** Those that still exist: an interface goes with its task. */
  interfaces(ids: readonly string[]): Promise<InterfaceView[]>;
}

export interface DenialView {
  at: string;
  /** ARN of the session that was refused. */
  who: string;
  /** `sqs:SendMessage` */
  action: string;
  code: string;
  message: string;
}
export interface AccessDenials {
  /** Calls of a session that AWS refused, newest first, as far as CloudTrail has delivered them. */
  ofSession(sessionName: string, since: string): Promise<DenialView[]>;
}
