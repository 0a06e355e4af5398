import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkTagRules } from '../../../cli/installation/source-checks.ts';
import { tagRules } from '../../../steps/clients/tag-rules.ts';
import type { HttpClient } from '../../../steps/contract/ports.ts';
import { root } from '../../assembly.ts';
import { surroundings } from '../init/example.ts';

const ours = JSON.parse(readFileSync(join(root, '.github/rulesets/release-tags.json'), 'utf8'));
const repository = 'example/webhook';

/** GitHub with these rulesets, as its REST API tells of them. */
function gitHub(rulesets: readonly object[], status = 200): HttpClient & { asked: { url: string; authorization?: string }[] } {
  const asked: { url: string; authorization?: string }[] = [];
  return {
    asked,
    async request({ url, headers }) {
      asked.push({ url, authorization: headers?.['authorization'] });
      const id = Number(/rulesets\/(\d+)$/.exec(url)?.[1]);
      const body = Number.isNaN(id) ? rulesets.map((each, index) => ({ id: index, ...each })) : rulesets[id];
      return { status, body: JSON.stringify(body), milliseconds: 1 };
    },
  };
}
const check = (http: HttpClient, token?: string) => checkTagRules(repository, surroundings({ tagRules: tagRules(http, token) }));

describe('the tags of a repository at GitHub', () => {
  it('are kept by the ruleset that we ship', async () => {
    expect(await check(gitHub([ours]))).toMatchObject({ verdict: 'ok', says: expect.stringContaining('release-tags keeps tags v*') });
  });

  it.each<[string, object[]]>([
    ['there is none', []],
    ['it is only watched', [{ ...ours, enforcement: 'evaluate' }]],
    ['it forbids deletion alone', [{ ...ours, rules: [{ type: 'deletion' }] }]],
    ['it is about other tags', [{ ...ours, conditions: { ref_name: { include: ['refs/tags/x*'], exclude: [] } } }]],
    ['it leaves some out', [{ ...ours, conditions: { ref_name: { include: ['~ALL'], exclude: ['refs/tags/v1*'] } } }]],
    ['it is about branches', [{ ...ours, target: 'branch' }]],
  ])('are warned of where %s', async (_what, rulesets) => {
    expect(await check(gitHub(rulesets))).toMatchObject({
      verdict: 'warning',
      next: `gh api repos/${repository}/rulesets --method POST --input .github/rulesets/release-tags.json`,
    });
  });

  it('are not known where GitHub does not show the repository', async () => {
    await expect(check(gitHub([], 404))).rejects.toThrow('a private repository needs GITHUB_TOKEN');
  });

  it('are asked for with the token of whoever asks, and only where there is one', async () => {
    const http = gitHub([ours]);
    await check(http, 'example-token');
    expect(http.asked.map(({ authorization }) => authorization)).toEqual(['Bearer example-token', 'Bearer example-token']);
    expect(http.asked[0]?.url).toBe('https://api.github.com/repos/example/webhook/rulesets?includes_parents=true&per_page=100');
    const bare = gitHub([ours]);
    await check(bare);
    expect(bare.asked[0]?.authorization).toBeUndefined();
  });
});
