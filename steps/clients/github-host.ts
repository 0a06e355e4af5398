import * as z from 'zod';
import type { HttpClient, SecretReader, SourceHost } from '../contract/ports.ts';
import { Commit } from '../contract/release.ts';

export interface GitHubHostPorts {
  readonly http: HttpClient;
  readonly secrets: SecretReader;
  /** Secret whose text is a token. @default - none: GitHub is asked as anybody may */
  readonly tokenSecretName?: string;
}

const api = 'https://api.github.com';

/** Of one answer; there are four at most. */
const timeoutSeconds = 5;

/** A tag may name a tag, which may name a tag: nobody makes such chains but to keep somebody busy. */
const longestChain = 5;

const Target = z.object({ type: z.string(), sha: Commit });
const Ref = z.object({ ref: z.string(), object: Target });
const TagObject = z.object({ object: Target });

/** Asks GitHub's REST API. What it answers is outside data: of each answer only ids of a fixed form are read. */
export const gitHubHost = ({ http, secrets, tokenSecretName }: GitHubHostPorts): SourceHost => ({
  async commitOfTag(repository, tag) {
    // No tag of another name can be released: it is not even looked for.
    if (!isPlainName(tag)) return null;
    const token = tokenSecretName && (await readToken(secrets, tokenSecretName));
    const get = (path: string) =>
      http.request({
        method: 'GET',
        url: `${api}/repos/${repository}${path}`,
        headers: {
          accept: 'application/vnd.github+json',
          'user-agent': 'release-pipeline',
          'x-github-api-version': '2022-11-28',
          ...(token && { authorization: `Bearer ${token}` }),
        },
        timeoutSeconds,
      });
    const answer = await get(`/git/ref/tags/${tag.split('/').map(encodeURIComponent).join('/')}`);
    if (answer.status === 404) return absent(await get(''), repository);
    const { ref, object } = read(Ref, answer, `the tag ${tag} of ${repository}`);
    if (ref !== `refs/tags/${tag}`) throw new Error(`GitHub was asked for refs/tags/${tag} of ${repository} and answered ${short(ref)}.`);
    return peel(object, async (sha) => read(TagObject, await get(`/git/tags/${sha}`), `the tag object ${sha} of ${repository}`).object);
  },
});

/** The commit below a tag, annotated or not. */
async function peel(target: z.infer<typeof Target>, next: (sha: string) => Promise<z.infer<typeof Target>>): Promise<string> {
  let at = target;
  for (let left = longestChain; at.type === 'tag' && left > 0; left -= 1) at = await next(at.sha);
  if (at.type === 'commit') return at.sha;
  throw new Error(`GitHub says that the tag leads to ${at.sha}, a ${short(at.type)}; expected a commit.`);
}

/** GitHub hides what the asker may not see behind the same 404: a tag is missing only where the repository is seen. */
function absent({ status }: { status: number }, repository: string): null {
  if (status === 200) return null;
  throw new Error(`GitHub does not show the repository ${repository}: it answered ${status}; expected 200. ${advice(status)}`);
}

function read<Shape extends z.ZodType>(shape: Shape, { status, body }: { status: number; body: string }, what: string): z.infer<Shape> {
  if (status !== 200) throw new Error(`GitHub was asked for ${what} and answered ${status}; expected 200. ${advice(status)}`);
  const result = shape.safeParse(parsed(body));
  // Where and which rule, never the value: it is somebody else's text.
  if (!result.success) throw new Error(`GitHub's answer about ${what} is not what it documents: ${z.prettifyError(result.error)}`);
  return result.data;
}

function advice(status: number): string {
  if (status === 301 || status === 302 || status === 307) return 'Was it renamed? Next: write its present name into pipeline/config.json.';
  if (status === 401 || status === 404) return 'Next: look at the token in the secret that source.tokenSecretName names.';
  if (status === 403 || status === 429)
    return 'Without a token, GitHub answers 60 questions an hour and address. Next: npx release retry TAG later.';
  return 'Next: https://www.githubstatus.com, then npx release retry TAG.';
}

async function readToken(secrets: SecretReader, name: string): Promise<string> {
  const token = (await secrets.read(name)).text?.trim();
  if (token && /^[A-Za-z0-9_.-]{20,300}$/.test(token)) return token;
  throw new Error(`The secret ${name} holds no token of GitHub: expected its text to be the token alone.`);
}

/** Names that release tags have, and nothing that leads elsewhere in an address. */
const isPlainName = (tag: string) => /^[\w+-][\w.+-]*(\/[\w+-][\w.+-]*)*$/.test(tag) && !tag.includes('..');

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const short = (text: string) => JSON.stringify(text.slice(0, 80));
