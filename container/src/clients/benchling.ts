import * as z from 'zod';
import type { SecretConfig } from '../config/index.ts';
import type { Http, HttpAnswer } from './http.ts';

/** Benchling answered, but not with what was asked for. The message names the call and the status, never a body: bodies hold tokens. */
export class BenchlingError extends Error {
  override readonly name = 'BenchlingError';
  readonly status: number;

  constructor(call: string, status: number, detail = '') {
    super(`Benchling answered ${status} to ${call}${detail}`);
    this.status = status;
  }
}

const Token = z.object({ access_token: z.string(), expires_in: z.number().default(0) });
const EntryList = z.object({ entries: z.array(z.object({ id: z.string().regex(/^\w[\w-]*$/) })) });
const Entry = z.object({ entry: z.object({ id: z.string() }) });

export interface BenchlingRequest {
  /** @default GET */
  method?: string;
  /** Sent as JSON. */
  body?: object;
  signal?: AbortSignal | undefined;
}

interface Session {
  token: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** Whose token it is: a rotated secret must not go on using the old one. */
  owner: string;
}

export class Benchling {
  private readonly http: Http;
  private readonly secret: () => SecretConfig;
  /** Called when Benchling refuses the credentials: they may have been rotated. Resolves when the secret was read again. */
  private readonly onRejected: () => Promise<void>;
  private session: Session | undefined;

  constructor(http: Http, secret: () => SecretConfig, onRejected: () => Promise<void>) {
    this.http = http;
    this.secret = secret;
    this.onRejected = onRejected;
  }

  /** A new token, whatever is cached: the only proof that the credentials are still good. */
  async authenticate(): Promise<string> {
    const before = this.secret();
    try {
      return await this.requestToken(before);
    } catch (error) {
      if (!(error instanceof BenchlingError) || error.status !== 401) throw error;
      await this.onRejected();
      if (this.secret().client_secret === before.client_secret && this.secret().client_id === before.client_id) throw error;
      return this.requestToken(this.secret());
    }
  }

  /** Fetches one entry that the app may read. Throws BenchlingError when there is none: such an app could package nothing. */
  async fetchAnEntry(): Promise<string> {
    const [first] = parse(EntryList, await this.ask('/api/v2/entries?pageSize=1'), 'GET /api/v2/entries').entries;
    if (!first) throw new BenchlingError('GET /api/v2/entries', 200, ': the app may read no entry');
    return parse(Entry, await this.ask(`/api/v2/entries/${first.id}`), 'GET /api/v2/entries/{id}').entry.id;
  }

  /** The key set of the app's webhooks, as JSON text. It is public: no token. */
  async fetchKeySet(appDefinitionId: string): Promise<string> {
    const answer = await this.http(`https://apps.benchling.com/api/v1/apps/${appDefinitionId}/jwks`);
    if (answer.status !== 200) throw new BenchlingError('GET jwks', answer.status);
    return answer.text;
  }

  /**
   * Makes a call of the tenant's API with a token; a refused token is replaced once. Any status but 401 is an answer.
   * @param path with its query, `/api/v2/…`
   */
  async ask(path: string, { method = 'GET', body, signal }: BenchlingRequest = {}): Promise<HttpAnswer> {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const attempt = (token: string) =>
      this.http(`https://${this.secret().tenant}.benchling.com${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(json && { 'content-type': 'application/json' }) },
        ...(json && { body: json }),
        ...(signal && { signal }),
      });
    const answer = await attempt(await this.token());
    return answer.status === 401 ? attempt(await this.authenticate()) : answer;
  }

  private async token(): Promise<string> {
    const cached = this.session;
    return cached && cached.owner === owner(this.secret()) && cached.expiresAt > Date.now() ? cached.token : this.authenticate();
  }

  private async requestToken(secret: SecretConfig): Promise<string> {
    const credentials = Buffer.from(`${secret.client_id}:${secret.client_secret}`).toString('base64');
    const answer = await this.http(`https://${secret.tenant}.benchling.com/api/v2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials',
    });
    const { access_token: token, expires_in: seconds } = parse(Token, answer, 'POST /api/v2/token');
    // A minute early: a token must not expire on its way.
    this.session = { token, expiresAt: Date.now() + (seconds - 60) * 1000, owner: owner(secret) };
    return token;
  }
}

const owner = (secret: SecretConfig) => `${secret.tenant} ${secret.client_id} ${secret.client_secret}`;

/** Reads the answer to a call. Throws BenchlingError on any status but 200 and 202, and on another shape. */
export function parse<T>(schema: z.ZodType<T>, answer: HttpAnswer, call: string): T {
  if (answer.status !== 200 && answer.status !== 202) throw new BenchlingError(call, answer.status);
  const result = schema.safeParse(readJson(answer.text));
  if (!result.success) throw new BenchlingError(call, answer.status, ' with another shape than documented');
  return result.data;
}

// Neither the parser's error nor the schema's may travel on: both can quote the answer.
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
