import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import * as sts from '@aws-sdk/client-sts';
import type { World } from '../kernel.ts';
import { saying } from '../sdk-words.ts';
import { list, type PolicyDocument, type Statement } from './policy-document.ts';

/** An OpenID Connect provider that the account trusts. */
export interface IdentityProvider {
  readonly arn: string;
  /** Issuer without its scheme, as in the ARN and in condition keys: `token.actions.githubusercontent.com`. */
  readonly issuer: string;
  readonly audiences: readonly string[];
}

export type Claims = Readonly<Record<string, unknown>> & { readonly sub: string; readonly aud: string };

/** What the token of an identity provider says, once it is proven to be one. */
export interface WebIdentity {
  readonly provider: IdentityProvider;
  readonly claims: Claims;
}

const invalid = (message: string) => new sts.InvalidIdentityTokenException(saying(message));

/** Reads a token: signed by a provider of the account, for one of its audiences, not expired. Throws what STS throws. */
export async function readToken(world: World, providers: readonly IdentityProvider[], token: string): Promise<WebIdentity> {
  const [head = '', body = '', signature = '', ...rest] = token.split('.');
  const header = decoded(head);
  const claims = decoded(body);
  if (!header || !claims || rest.length > 0)
    throw invalid('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)');
  const provider = providers.find(({ issuer }) => claims['iss'] === `https://${issuer}`);
  if (!provider) throw invalid(`No OpenIDConnect provider found in your account for ${claims['iss']}`);
  const keys = await world.identityKeys?.(`https://${provider.issuer}`).catch(() => undefined);
  if (!keys)
    throw invalid(
      "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
    );
  const signed = Buffer.from(`${head}.${body}`);
  const key = header['alg'] === 'RS256' ? keys.find(({ kid }) => kid === header['kid']) : undefined;
  if (!key || !verify('sha256', signed, publicKey(key), Buffer.from(signature, 'base64url'))) throw invalid('Token signature invalid');
  // Real time: an issuer's clock is not the rehearsal's, whose waits are scaled.
  if (!(Number(claims['exp']) * 1000 > Date.now()))
    throw new sts.ExpiredTokenException(
      saying(`Token expired: current date/time ${Math.floor(Date.now() / 1000)} must be before the expiration date/time ${claims['exp']}`),
    );
  if (!provider.audiences.includes(String(claims['aud']))) throw invalid('Incorrect token audience');
  return { provider, claims: claims as Claims };
}

function decoded(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const publicKey = (key: JsonWebKey): KeyObject => createPublicKey({ key, format: 'jwk' });

/**
 * The two claims that every provider has. The evaluation knows them of few providers only, and takes a key that it does not know for
 * absent: each stands under the name of a provider that it knows, in the policy and in the question alike.
 */
const common: Readonly<Record<string, string>> = { aud: 'accounts.google.com:aud', sub: 'accounts.google.com:sub' };

/** A trust policy, and the condition keys of a token, under names that the evaluation knows. Claims beside aud and sub keep theirs. */
export function askable({ provider: { issuer }, claims }: WebIdentity, trust: PolicyDocument) {
  const named = (key: string) => {
    const claim = key.toLowerCase().startsWith(`${issuer}:`) ? key.slice(issuer.length + 1).toLowerCase() : '';
    return common[claim] ?? key;
  };
  const renamed = (statement: Statement) => ({
    ...statement,
    ...(statement.Condition && {
      Condition: Object.fromEntries(
        Object.entries(statement.Condition).map(([operator, keys]) => [
          operator,
          Object.fromEntries(Object.entries(keys).map(([key, value]) => [named(key), value])),
        ]),
      ),
    }),
  });
  const context = Object.entries(claims).flatMap(([claim, value]) =>
    typeof value === 'string' ? [[named(`${issuer}:${claim}`), value] as const] : [],
  );
  return { trust: { ...trust, Statement: list(trust.Statement).map(renamed) }, context: Object.fromEntries(context) };
}
