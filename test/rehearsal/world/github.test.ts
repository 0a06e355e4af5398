import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { git } from '../../../rehearsal/aws/codecommit/git.ts';
import { GitHub } from '../../../rehearsal/world/github.ts';
import { gitHubHost } from '../../../steps/clients/github-host.ts';
import { httpClient } from '../../../steps/clients/http-client.ts';
import { fakeSecrets } from '../../steps/fakes.ts';

const repository = 'example/webhook';
const token = `github_pat_${'a'.repeat(40)}`;
let home: string;
let server: Server;
let github: GitHub;
let commit: string;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'example-github-'));
  const checkout = join(home, 'checkout');
  await git(['init', '--quiet', '--initial-branch=main', checkout], home);
  await git(['commit', '--quiet', '--allow-empty', '--message', 'Begin'], checkout);
  commit = await git(['rev-parse', 'HEAD'], checkout);
  github = new GitHub(join(home, 'github'));
  await github.seed(repository, checkout, commit, token);
  server = createServer(github.handle).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(home, { recursive: true, force: true });
});

/** The pipeline's own client, led here. */
const commitOf = (tag: string, secret = token) => {
  const http = httpClient();
  const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return gitHubHost({
    http: { request: (input) => http.request({ ...input, url: input.url.replace('https://api.github.com', here) }) },
    secrets: fakeSecrets(secret),
    tokenSecretName: 'example/github',
  }).commitOfTag(repository, tag);
};

it('tells the commit of a tag, of an annotated tag, and of a tag of a tag', async () => {
  await github.pushTag({ repository, tag: 'v1.0.0', commit });
  await github.pushTag({ repository, tag: 'v1.1.0', commit, message: 'Say hello' });
  await github.pushTag({ repository, tag: 'v1.2.0', commit: 'v1.1.0', message: 'Say it again' });
  for (const tag of ['v1.0.0', 'v1.1.0', 'v1.2.0']) expect(await commitOf(tag)).toBe(commit);
  expect(github.requests.map(({ path }) => path.replace(/[0-9a-f]{40}$/, 'ID'))).toEqual([
    '/repos/example/webhook/git/ref/tags/v1.0.0',
    '/repos/example/webhook/git/ref/tags/v1.1.0',
    '/repos/example/webhook/git/tags/ID',
    '/repos/example/webhook/git/ref/tags/v1.2.0',
    '/repos/example/webhook/git/tags/ID',
    '/repos/example/webhook/git/tags/ID',
  ]);
});

it('has no tag that was not pushed, nor one that begins alike', async () => {
  await github.pushTag({ repository, tag: 'v1.0.0-rc.1', commit });
  expect(await commitOf('v1.0.0')).toBeNull();
});

it('does not show a private repository to who has no token for it', async () => {
  await github.pushTag({ repository, tag: 'v1.0.0', commit });
  await expect(commitOf('v1.0.0', `github_pat_${'b'.repeat(40)}`)).rejects.toThrow('GitHub does not show the repository example/webhook');
});

it('moves a tag only by force', async () => {
  await github.pushTag({ repository, tag: 'v1.0.0', commit });
  await expect(github.pushTag({ repository, tag: 'v1.0.0', commit })).rejects.toThrow('already exists');
  await github.pushTag({ repository, tag: 'v1.0.0', commit, force: true });
});
