import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import * as sdk from '@aws-sdk/client-codecommit';
import type { CloudEvent, Properties, Provisioners, Provisioning, Service, World } from '../kernel.ts';
import { checkOut, git } from './git.ts';
import { operations, permissions } from './operations.ts';
import { referenceEvent } from './reference-event.ts';
import { createRepository, type Repository, resolveCommit } from './repository.ts';

export interface CodeCommitCollaborators {
  /** Puts an event on the default bus. The push waits for it, and is refused when it rejects. */
  emit(event: CloudEvent): void | Promise<void>;
}

export interface TagPush {
  readonly repositoryName: string;
  readonly tag: string;
  /** Any revision that a branch of the repository contains. */
  readonly commit: string;
  /** Makes an annotated tag with this message. @default a lightweight tag */
  readonly message?: string;
  /** Moves a tag that exists. @default false: the push is refused, as by git */
  readonly force?: boolean;
  /** IAM user name of whoever pushes. @default operator */
  readonly user?: string;
}

/** Git repositories on disk whose every push raises CodeCommit's event. */
export class CodeCommit {
  readonly service: Service;
  readonly provisioners: Provisioners;
  readonly #world: World;
  readonly #emit: CodeCommitCollaborators['emit'];
  readonly #repositories = new Map<string, Repository>();

  constructor(world: World, collaborators: CodeCommitCollaborators) {
    this.#world = world;
    this.#emit = collaborators.emit;
    const view = {
      account: world.account,
      repository: (name: string) => this.repository(name),
      arn: (name: string) => this.arn(name),
      cloneUrlHttp: (name: string) => this.#cloneUrlHttp(name),
    };
    this.service = {
      signingName: 'codecommit',
      sdk,
      client: new sdk.CodeCommitClient({ region: world.region, credentials: { accessKeyId: 'example', secretAccessKey: 'example' } }),
      handlers: operations(view),
      permissions: permissions(view),
    };
    this.provisioners = {
      'AWS::CodeCommit::Repository': {
        replaceOn: [],
        create: (properties, at) => this.#provision(properties, at),
        remove: (id) => this.#remove(id),
      },
    };
  }

  /** Creates an empty repository; a name that exists gives the one there is. */
  async create(name: string, description?: string): Promise<Repository> {
    const existing = this.#repositories.get(name);
    if (existing) return existing;
    if (!/^[\w.-]{1,100}$/.test(name))
      throw new Error(`${name}: expected a repository name of 1 to 100 letters, digits, dots, dashes or underscores`);
    const directory = join(this.#world.home, 'codecommit', `${name}.git`);
    const repository = await createRepository(directory, name, `${this.#world.endpoint()}/_codecommit/${name}/refs`, description);
    this.#repositories.set(name, repository);
    return repository;
  }

  /** Throws RepositoryDoesNotExistException. */
  repository(name: string): Repository {
    const found = this.#repositories.get(name);
    if (found) return found;
    throw new sdk.RepositoryDoesNotExistException({ message: `${name} does not exist`, $metadata: {} });
  }

  arn(name: string): string {
    const { partition, region, account } = this.#world;
    return `arn:${partition}:codecommit:${region}:${account}:${name}`;
  }

  /** Where people push: a path on this disk. Templates see CodeCommit's own address instead. */
  cloneUrl(name: string): string {
    return this.repository(name).directory;
  }

  /**
   * Brings a commit of a local checkout, with the history that the checkout has, to a branch. The checkout is only read: nothing is
   * tagged or configured there, and a shallow clone will do. Seeding is not a push and raises no event.
   */
  async seed(name: string, checkout: string, commit: string, branch = 'main'): Promise<string> {
    const { directory } = await this.create(name);
    const id = await git(['rev-parse', '--verify', '--end-of-options', `${commit}^{commit}`], checkout);
    await git(['fetch', '--quiet', '--no-tags', '--update-shallow', checkout, `+${id}:refs/heads/${branch}`], directory);
    return id;
  }

  /** Pushes a tag with a real `git push` from a scratch clone. Rejects with GitError when the push is refused. */
  async pushTag({ repositoryName, tag, commit, message, force = false, user = 'operator' }: TagPush): Promise<void> {
    const { directory } = this.repository(repositoryName);
    const scratch = await mkdtemp(join(this.#world.home, 'push-'));
    try {
      await git(['clone', '--quiet', '--shared', '--no-checkout', directory, scratch], scratch);
      await git(['tag', '--force', ...(message ? ['--annotate', '--message', message] : []), tag, commit], scratch);
      await git(['push', '--quiet', ...(force ? ['--force'] : []), 'origin', `refs/tags/${tag}`], scratch, { REHEARSAL_USER: user });
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  /** Checks a source version (branch, tag, full ref or commit) out and gives its commit id. Throws GitError. */
  async checkout(name: string, version: string, into: string): Promise<string> {
    const repository = this.repository(name);
    const commit = await resolveCommit(repository, version);
    if (!commit) throw new Error(`reference not found for primary source and source version ${version}`);
    await checkOut(repository.directory, commit, into);
    return commit;
  }

  /** Answers the hook's report of a pushed ref: the wire's route for `/_codecommit/`. */
  readonly handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, name] = /^\/_codecommit\/([^/]+)\/refs$/.exec(request.url ?? '') ?? [];
    try {
      if (!name || request.method !== 'POST') throw new Error(`${request.method} ${request.url}: expected POST /_codecommit/NAME/refs`);
      await this.#receive(this.repository(name), (await json(request)) as PushedRef);
      response.writeHead(204).end();
    } catch (error) {
      this.#world.log(`codecommit: ${request.url}: ${String(error)}`);
      response.writeHead(500, { 'content-type': 'text/plain' }).end(error instanceof Error ? error.message : String(error));
    }
  };

  async #receive(repository: Repository, { ref, before, after, user }: PushedRef): Promise<void> {
    const { partition, account } = this.#world;
    await this.#emit(
      referenceEvent({
        repositoryName: repository.name,
        repositoryId: repository.id,
        repositoryArn: this.arn(repository.name),
        ref,
        oldCommitId: await this.#peel(repository, before),
        commitId: await this.#peel(repository, after),
        callerUserArn: `arn:${partition}:iam::${account}:user/${user}`,
      }),
    );
  }

  async #peel(repository: Repository, id: string): Promise<string | undefined> {
    if (/^0+$/.test(id)) return undefined;
    const commit = await resolveCommit(repository, id);
    if (!commit) throw new Error(`${id}: expected a commit, or a tag of one`);
    return commit;
  }

  async #provision(properties: Properties, _at: Provisioning) {
    if (properties.Code) throw new Error('AWS::CodeCommit::Repository: Code is not supported here: seed the repository instead');
    const repository = await this.create(properties.RepositoryName, properties.RepositoryDescription);
    return {
      physicalId: repository.id,
      attributes: {
        Arn: this.arn(repository.name),
        Name: repository.name,
        CloneUrlHttp: this.#cloneUrlHttp(repository.name),
        CloneUrlSsh: this.#cloneUrlHttp(repository.name).replace('https:', 'ssh:'),
      },
    };
  }

  #remove(id: string): void {
    const repository = [...this.#repositories.values()].find((candidate) => candidate.id === id);
    if (!repository) return;
    this.#repositories.delete(repository.name);
    rmSync(repository.directory, { recursive: true, force: true });
  }

  #cloneUrlHttp(name: string): string {
    return `https://git-codecommit.${this.#world.region}.amazonaws.com/v1/repos/${name}`;
  }
}

interface PushedRef {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly user: string;
}
