import { generateKeyPair, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';

export interface RunClaims {
  /** `owner/name` */
  readonly repository: string;
  /** `refs/tags/v1.4.0` */
  readonly ref: string;
  /** What the subject begins with: `repo:owner@1/name@2`. @default `repo:` and the repository */
  readonly subject?: string;
  /** @default sts.amazonaws.com */
  readonly audience?: string;
  /** Login of whoever pushed. @default octocat */
  readonly actor?: string;
}

const minutes = 5;

/** The issuer of tokens that runs of workflows prove themselves by. Its key is its own, and is made when it is first needed. */
export class GitHubTokens {
  readonly url = 'https://token.actions.githubusercontent.com';
  readonly #kid = 'rehearsal';
  #made: Promise<{ publicKey: KeyObject; privateKey: KeyObject }> | undefined;

  /** Public keys of an issuer. Rejects for every other than this. */
  async keys(issuer: string): Promise<readonly JsonWebKey[]> {
    if (issuer !== this.url) throw new Error(`${issuer}: no such issuer is reached`);
    const { publicKey } = await this.#keyPair();
    return [{ ...publicKey.export({ format: 'jwk' }), kid: this.#kid, alg: 'RS256', use: 'sig' }];
  }

  /** The token that a run gets who asks for one. */
  async issue({
    repository,
    ref,
    subject = `repo:${repository}`,
    audience = 'sts.amazonaws.com',
    actor = 'octocat',
  }: RunClaims): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: this.url,
      aud: audience,
      sub: `${subject}:ref:${ref}`,
      repository,
      ref,
      actor,
      iat: now,
      nbf: now,
      exp: now + minutes * 60,
    };
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${encoded({ alg: 'RS256', typ: 'JWT', kid: this.#kid })}.${encoded(claims)}`;
    const { privateKey } = await this.#keyPair();
    return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
  }

  #keyPair() {
    this.#made ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    return this.#made;
  }
}
