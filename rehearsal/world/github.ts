import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { checkOut, git, gitMaybe } from '../aws/codecommit/git.ts';
import { GitHubTokens } from './github-tokens.ts';

/** A tag as people push it. */
export interface GitHubPush {
  /** `owner/name` */
  readonly repository: string;
  readonly tag: string;
  /** Any revision that a branch of the repository contains. */
  readonly commit: string;
  /** Makes an annotated tag with this message. @default a lightweight tag */
  readonly message?: string;
  /** Moves a tag that exists. @default false */
  readonly force?: boolean;
}

interface Repository {
  readonly directory: string;
  /** Without it the repository is not shown. null: it is public. */
  readonly token: string | null;
}

/** Stands in for GitHub: repositories on disk, the part of its REST API that tells of refs, and the issuer of its workflows' tokens. */
export class GitHub {
  readonly issuer = new GitHubTokens();
  /** Paths that were asked for, with the status of the answer. */
  readonly requests: { readonly path: string; readonly status: number }[] = [];
  readonly #home: string;
  readonly #repositories = new Map<string, Repository>();

  /** @param home directory below which repositories lie */
  constructor(home: string) {
    this.#home = home;
  }

  knowsHost(host: string): boolean {
    return host === 'api.github.com';
  }

  /** Makes a repository that holds one commit of a local checkout, with the history that the checkout has, as its branch main. */
  async seed(name: string, checkout: string, commit: string, token: string | null = null): Promise<void> {
    const directory = join(this.#home, `${name}.git`);
    await git(['init', '--quiet', '--bare', '--initial-branch=main', directory], '.');
    const id = await git(['rev-parse', '--verify', '--end-of-options', `${commit}^{commit}`], checkout);
    await git(['fetch', '--quiet', '--no-tags', '--update-shallow', checkout, `+${id}:refs/heads/main`], directory);
    this.#repositories.set(name, { directory, token });
  }

  /** A real git repository. Throws when there is none of that name. */
  directoryOf(name: string): string {
    const found = this.#repositories.get(name);
    if (!found) throw new Error(`${name}: GitHub has no such repository here`);
    return found.directory;
  }

  async pushTag({ repository, tag, commit, message, force = false }: GitHubPush): Promise<void> {
    const kind = message ? ['--annotate', '--message', message] : [];
    await git(['tag', ...(force ? ['--force'] : []), ...kind, tag, commit], this.directoryOf(repository));
  }

  /** The commit that a revision names; undefined when there is none. */
  commitOf(repository: string, revision: string): Promise<string | undefined> {
    return gitMaybe(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`], this.directoryOf(repository));
  }

  /** Checks a commit out and gives its id, as CodeBuild does through a connection. */
  async checkout(repository: string, version: string, into: string): Promise<string> {
    const commit = await this.commitOf(repository, version);
    if (!commit) throw new Error(`reference not found for primary source and source version ${version}`);
    await checkOut(this.directoryOf(repository), commit, into);
    return commit;
  }

  readonly handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = decodeURIComponent((request.url ?? '').replace(/\?.*$/s, ''));
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
    const body = await this.#answer(path, bearer).catch(() => undefined);
    const status = body === undefined ? 404 : 200;
    this.requests.push({ path, status });
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(body ?? { message: 'Not Found', status: '404' }));
  };

  /** undefined for what there is not, and for what the asker may not see: GitHub says the same of both. */
  async #answer(path: string, bearer: string | null): Promise<object | undefined> {
    const [, name = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)(?:\/(.*))?$/.exec(path) ?? [];
    const repository = this.#repositories.get(name);
    if (!repository || (repository.token !== null && repository.token !== bearer)) return undefined;
    if (rest === '') return { full_name: name, default_branch: 'main', private: repository.token !== null };
    const [, ref] = /^git\/ref\/(tags\/.+)$/.exec(rest) ?? [];
    if (ref) return { ref: `refs/${ref}`, object: await this.#object(repository, `refs/${ref}`) };
    const [, sha] = /^git\/tags\/([0-9a-f]{40})$/.exec(rest) ?? [];
    if (sha) return { sha, object: await this.#object(repository, await pointedAt(repository, sha)) };
    const [, revision] = /^commits\/(.+)$/.exec(rest) ?? [];
    const commit = revision && (await this.commitOf(name, `refs/${revision}`));
    return commit ? { sha: commit } : undefined;
  }

  async #object({ directory }: Repository, revision: string): Promise<{ type: string; sha: string }> {
    const sha = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', revision], directory);
    return { type: await git(['cat-file', '-t', sha], directory), sha };
  }
}

/** What a tag object names. Rejects for what is no tag object. */
async function pointedAt({ directory }: Repository, sha: string): Promise<string> {
  return /^object ([0-9a-f]{40})$/m.exec(await git(['cat-file', 'tag', sha], directory))![1]!;
}
