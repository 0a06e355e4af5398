import * as z from 'zod';
import type { TagRules } from '../contract/operator-ports.ts';
import type { HttpClient } from '../contract/ports.ts';

const api = 'https://api.github.com';
/** Of one answer. */
const timeoutSeconds = 10;
/** Rulesets that are looked at one by one; a repository has a handful. */
const most = 20;

const Listed = z.array(z.object({ id: z.int(), target: z.string() }));
const Names = z.array(z.string()).default([]);
const Ruleset = z.object({
  name: z.string(),
  enforcement: z.string(),
  conditions: z.object({ ref_name: z.object({ include: Names, exclude: Names }).optional() }).nullish(),
  rules: z.array(z.object({ type: z.string() })).default([]),
});

/** @param token of whoever asks; without one GitHub shows public repositories alone */
export const tagRules = (http: HttpClient, token?: string): TagRules => ({
  async of(repository) {
    const get = async <Shape extends z.ZodType>(shape: Shape, path: string): Promise<z.infer<Shape>> => {
      const url = `${api}/repos/${repository}/rulesets${path}`;
      const headers = {
        accept: 'application/vnd.github+json',
        'user-agent': 'release-pipeline',
        'x-github-api-version': '2022-11-28',
        ...(token && { authorization: `Bearer ${token}` }),
      };
      const { status, body } = await http.request({ method: 'GET', url, headers, timeoutSeconds });
      if (status !== 200)
        throw new Error(
          `GitHub answered ${status} when it was asked for the rulesets of ${repository}; a private repository needs GITHUB_TOKEN.`,
        );
      return shape.parse(JSON.parse(body));
    };
    const listed = await get(Listed, '?includes_parents=true&per_page=100');
    const ofTags = listed.filter(({ target }) => target === 'tag').slice(0, most);
    return Promise.all(
      ofTags.map(async ({ id }) => {
        const { name, enforcement, conditions, rules } = await get(Ruleset, `/${id}`);
        const { include = [], exclude = [] } = conditions?.ref_name ?? {};
        return { name, enforcement, include, exclude, rules: rules.map(({ type }) => type) };
      }),
    );
  },
});
