import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-ecr';
import type { CloudEvent, Provisioners, Service, World } from '../kernel.ts';
import { protocolOnly } from '../sdk-words.ts';
import { api } from './api.ts';
import { provisioners } from './provisioners.ts';
import { distribute, sendFile } from './registry.ts';
import { type Image, Repository, type RepositorySettings } from './repository.ts';

export interface EcrCollaborators {
  /** The default event bus. @default - events are dropped */
  emit?(event: CloudEvent): void;
}

/** How many findings of each severity a scan has: `{CRITICAL: 1, HIGH: 2}`. */
export type SeverityCounts = Readonly<Partial<Record<sdk.FindingSeverity, number>>>;

// Seconds of AWS time from the push to the finished scan of a small image.
const scanSeconds = 10;

/** Amazon ECR: a real registry on a port of its own, with the API beside it. */
export class Ecr {
  readonly service: Service;
  readonly provisioners: Provisioners;
  readonly world: World;
  readonly repositories = new Map<string, Repository>();
  readonly emit: (event: CloudEvent) => void;
  private readonly tokens = new Set<string>();
  private readonly planned = new Map<string, SeverityCounts>();
  private server?: Server;

  constructor(world: World, { emit = () => {} }: EcrCollaborators = {}) {
    this.world = world;
    this.emit = emit;
    this.service = { signingName: 'ecr', sdk, client: new sdk.ECRClient(protocolOnly), ...api(this) };
    this.provisioners = provisioners(this);
  }

  /** Listens on a free port of 127.0.0.1. Repositories can be made only after that: their address holds the port. */
  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
    // A registry must not keep a finished rehearsal alive.
    this.server.unref();
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  /** `127.0.0.1:PORT` */
  get address(): string {
    if (!this.server) throw new Error('the registry does not listen yet: start() comes first');
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What a client sends as `Authorization: Basic …`: user AWS and a token that this registry knows. */
  token(): string {
    const token = Buffer.from(`AWS:${randomBytes(24).toString('base64url')}`).toString('base64');
    this.tokens.add(token);
    return token;
  }

  uri(name: string): string {
    return `${this.address}/${name}`;
  }

  arn(name: string): string {
    const { partition, region, account } = this.world;
    return `arn:${partition}:ecr:${region}:${account}:repository/${name}`;
  }

  create(name: string, settings: RepositorySettings): Repository {
    const repository = new Repository(name, join(this.world.home, 'ecr', name), settings);
    this.repositories.set(name, repository);
    return repository;
  }

  /**
   * Lets a scan find something.
   * @param digest of the image; `*` for every image that has no findings of its own
   */
  findings(digest: string, counts: SeverityCounts): void {
    this.planned.set(digest, counts);
  }

  severities(digest: string): SeverityCounts {
    return this.planned.get(digest) ?? this.planned.get('*') ?? {};
  }

  /** A one-time-looking address of a layer, as GetDownloadUrlForLayer gives. */
  layerUrl(name: string, digest: string): string {
    return `http://${this.address}/layers/${name}/${digest}?token=${encodeURIComponent(this.token())}`;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const [, name = '', digest = ''] = /^\/layers\/(.+)\/(sha256:\w+)$/.exec(url.pathname) ?? [];
    if (!name) {
      return distribute(
        {
          account: this.world.account,
          knows: (credentials) => this.tokens.has(credentials),
          repository: (wanted) => this.repositories.get(wanted),
          pushed: (repository, reference, body, mediaType) =>
            this.pushed(repository, repository.put(body, mediaType, reference), reference),
        },
        request,
        response,
      );
    }
    const file = this.tokens.has(url.searchParams.get('token') ?? '') ? this.repositories.get(name)?.blob(digest) : undefined;
    if (file) sendFile(request, response, file, digest);
    else response.writeHead(403).end();
  }

  private pushed(repository: Repository, image: Image, reference: string): string {
    const detail = { 'repository-name': repository.name, 'image-digest': image.digest };
    const action = { ...detail, 'action-type': 'PUSH', result: 'SUCCESS', 'image-tag': reference };
    this.emit({ source: 'aws.ecr', 'detail-type': 'ECR Image Action', resources: [], detail: action });
    if (repository.settings.scanOnPush && !image.scan) this.scan(repository, image);
    return image.digest;
  }

  private scan(repository: Repository, image: Image): void {
    const scan: NonNullable<Image['scan']> = { status: 'IN_PROGRESS', startedAt: new Date() };
    image.scan = scan;
    const finish = () => {
      Object.assign(scan, { status: 'COMPLETE', completedAt: new Date() });
      this.emit({
        source: 'aws.ecr',
        'detail-type': 'ECR Image Scan',
        resources: [this.arn(repository.name)],
        detail: {
          'repository-name': repository.name,
          'image-digest': image.digest,
          'image-tags': [...image.tags],
          'scan-status': 'COMPLETE',
          'finding-severity-counts': this.severities(image.digest),
        },
      });
    };
    setTimeout(finish, this.world.clock.milliseconds(scanSeconds)).unref();
  }
}
