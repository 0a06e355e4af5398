import { gitHubHost } from '../../../steps/clients/github-host.ts';
import type { HttpClient } from '../../../steps/contract/ports.ts';
import { otherCommit } from '../builders.ts';
import { fakeSecrets } from '../fakes.ts';
import { request } from '../incidents.ts';

const { commit } = request;
const repository = 'example/webhook';
const ref = (type: string, sha: string, tag = 'v1.4.0') => ({ ref: `refs/tags/${tag}`, object: { type, sha } });
const token = `github_pat_${'a'.repeat(30)}`;

type Asked = Parameters<HttpClient['request']>[0];

/** GitHub, by path below the repository: a body, or a status alone. */
function gitHub(answers: Readonly<Record<string, object | number | string>>) {
  const asked: Asked[] = [];
  const http: HttpClient = {
    async request(input) {
      asked.push(input);
      const found = answers[input.url.replace(`https://api.github.com/repos/${repository}`, '')] ?? 404;
      const [status, body] = typeof found === 'number' ? [found, '{"message":"<script>"}'] : [200, found];
      return { status, body: typeof body === 'string' ? body : JSON.stringify(body), milliseconds: 1 };
    },
  };
  const commitOf = (tag = 'v1.4.0', text?: string | null) =>
    gitHubHost({
      http,
      secrets: fakeSecrets(text ?? null),
      ...(text !== undefined && { tokenSecretName: 'example/github' }),
    }).commitOfTag(repository, tag);
  return { asked, commitOf };
}

const atTag = '/git/ref/tags/v1.4.0';

describe('a tag at GitHub', () => {
  it('is the commit that it points to', async () => {
    const { asked, commitOf } = gitHub({ [atTag]: ref('commit', commit) });
    expect(await commitOf()).toBe(commit);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ method: 'GET', timeoutSeconds: 5 });
    expect(asked[0]?.headers).not.toHaveProperty('authorization');
  });

  it('is the commit below an annotated tag, and below a tag of a tag', async () => {
    const { commitOf } = gitHub({
      [atTag]: ref('tag', otherCommit),
      [`/git/tags/${otherCommit}`]: { object: { type: 'tag', sha: 'c'.repeat(40) } },
      [`/git/tags/${'c'.repeat(40)}`]: { object: { type: 'commit', sha: commit } },
    });
    expect(await commitOf()).toBe(commit);
  });

  it('is missing only where the repository itself is seen', async () => {
    expect(await gitHub({ '': {} }).commitOf()).toBeNull();
    await expect(gitHub({}).commitOf()).rejects.toThrow(
      'GitHub does not show the repository example/webhook: it answered 404; expected 200.',
    );
  });

  it.each(['../../user', 'v1/../../../user', 'v1.4.0?per_page=1', 'v1.4.0#', 'v1.4.0%2F', '.hidden', 'v1//0', '', 'v1 4'])(
    'is not even looked for under the name %j',
    async (tag) => {
      const { asked, commitOf } = gitHub({ '': {} });
      expect(await commitOf(tag)).toBeNull();
      expect(asked).toEqual([]);
    },
  );

  it('is asked for with the token of the secret, which is repeated nowhere', async () => {
    const { asked, commitOf } = gitHub({ [atTag]: ref('commit', commit) });
    expect(await commitOf('v1.4.0', `${token}\n`)).toBe(commit);
    expect(asked[0]?.headers).toMatchObject({ authorization: `Bearer ${token}` });
    const wrong = gitHub({}).commitOf('v1.4.0', `{"token":"${token}"}`);
    await expect(wrong).rejects.toThrow('The secret example/github holds no token of GitHub');
    await expect(wrong).rejects.not.toThrow(token);
    await expect(gitHub({}).commitOf('v1.4.0', null)).rejects.toThrow('holds no token');
  });
});

describe('an answer that is none', () => {
  it.each([301, 401, 403, 429, 500, 503])('%i is an error with what to do, and never a missing tag', async (status) => {
    const { commitOf } = gitHub({ [atTag]: status, '': {} });
    await expect(commitOf()).rejects.toThrow(
      new RegExp(`the tag v1\\.4\\.0 of example/webhook and answered ${status}; expected 200\\. .*Next: `),
    );
    await expect(commitOf()).rejects.not.toThrow('<script>');
  });

  it.each([
    ['no JSON', '<html>'],
    ['an id that is none', ref('commit', 'HEAD')],
    ['a list, as of several refs that begin alike', [ref('commit', commit)] as object],
    ['nothing of it', {}],
  ])('%s is refused', async (_, body) => {
    await expect(gitHub({ [atTag]: body }).commitOf()).rejects.toThrow('is not what it documents');
  });

  it('another ref than the one asked for is refused', async () => {
    await expect(gitHub({ [atTag]: ref('commit', commit, 'v1.4.0-rc.1') }).commitOf()).rejects.toThrow('answered "refs/tags/v1.4.0-rc.1"');
  });

  it('a tag of a tree, and a chain of tags without end, are refused', async () => {
    await expect(gitHub({ [atTag]: ref('tree', commit) }).commitOf()).rejects.toThrow('a "tree"; expected a commit');
    const endless = gitHub({
      [atTag]: ref('tag', otherCommit),
      [`/git/tags/${otherCommit}`]: { object: { type: 'tag', sha: otherCommit } },
    });
    await expect(endless.commitOf()).rejects.toThrow('a "tag"; expected a commit');
    expect(endless.asked.length).toBeLessThan(8);
  });
});
