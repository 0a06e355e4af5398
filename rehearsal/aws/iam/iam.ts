import { randomUUID } from 'node:crypto';
import type { Permission, Principal, Provisioners, Service, World } from '../kernel.ts';
import { randomSuffix } from '../physical-names.ts';
import { AccessDenied } from '../wire/errors.ts';
import type { Asked, DeniedCall, Grant } from './asked.ts';
import { evaluate } from './evaluate.ts';
import { list, type PolicyDocument } from './policy-document.ts';
import { iamProvisioners } from './provisioners.ts';
import { type Role, Roles } from './roles.ts';
import type { SigningKey } from './signature.ts';
import { stsService } from './sts.ts';
import { askable, type IdentityProvider, readToken } from './web-identity.ts';

export type { Asked, DeniedCall, Grant } from './asked.ts';

/** Environment variables by which an SDK client acts as somebody. */
export interface Credentials {
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
  readonly AWS_SESSION_TOKEN: string;
}

interface Session extends Principal {
  readonly session: string;
}

/** Holds the roles of the deployed templates, hands out credentials for them, and decides every call. */
export class Iam {
  readonly service: Service;
  readonly provisioners: Provisioners;
  /** The person at the terminal, who may do everything. */
  readonly operator: Principal;
  readonly #world: World;
  readonly #roles = new Roles();
  /** OpenID Connect providers by ARN. */
  readonly #identityProviders = new Map<string, IdentityProvider>();
  readonly #sessions = new Map<string, Principal>();
  readonly #keys = new Map<string, SigningKey>();
  readonly #resourcePolicies = new Map<string, PolicyDocument>();
  readonly #asked = new Map<string, Asked>();
  readonly #denied: DeniedCall[] = [];

  constructor(world: World) {
    this.#world = world;
    this.operator = { arn: `arn:aws:iam::${world.account}:user/operator` };
    this.provisioners = iamProvisioners(world, this.#roles, this.#identityProviders);
    this.service = stsService(world, this);
  }

  operatorCredentials(): Credentials {
    return this.#handOut(this.operator);
  }

  /**
   * Credentials of a role that a service assumes for its work.
   * @param via the service, e.g. `lambda.amazonaws.com`; the role's trust policy must name it
   * @param session last part of the session's ARN, e.g. the function's name. @default the service's short name
   */
  async credentials(roleArn: string, via: string, session?: string): Promise<Credentials> {
    return this.#handOut(await this.assume(roleArn, via, session));
  }

  /** As `credentials`, for calls that the stand-in makes itself. Rejects with AccessDenied when the trust policy does not name the service. */
  async assume(roleArn: string, via: string, session = via.split('.')[0]!): Promise<Principal> {
    const permission = { action: 'sts:AssumeRole', resource: roleArn };
    const { allowed } = await this.#evaluate(via, permission, undefined, this.#role(roleArn).trust);
    const principal: Session = { arn: roleArn, via, session };
    if (!allowed)
      throw new AccessDenied(principal, permission, `${via} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`);
    return principal;
  }

  /** A caller takes on a role: its own policies or the trust policy must allow it, and the trust policy must not be silent. */
  async assumeRole(caller: Principal, roleArn: string, session: string): Promise<Credentials> {
    const permission = { action: 'sts:AssumeRole', resource: roleArn };
    const role = this.#roles.byArn(roleArn);
    const trust = role && (await this.#evaluate(this.sessionArn(caller), permission, this.#roles.byArn(caller.arn), role.trust));
    if (!trust?.allowed) {
      throw new AccessDenied(
        caller,
        permission,
        `User: ${this.sessionArn(caller)} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      );
    }
    return this.#handOut({ arn: roleArn, session } as Session);
  }

  /**
   * Somebody of elsewhere takes on a role by a token of an identity provider: the account must have the provider, and the role's trust
   * policy must name it under conditions that the token's claims fulfil. Throws what STS throws.
   */
  async assumeRoleWithWebIdentity(
    roleArn: string,
    session: string,
    token: string,
  ): Promise<{ keys: Credentials; subject: string; audience: string; provider: string }> {
    const identity = await readToken(this.#world, [...this.#identityProviders.values()], token);
    const { claims, provider } = identity;
    const role = this.#roles.byArn(roleArn);
    const permission = { action: 'sts:AssumeRoleWithWebIdentity', resource: roleArn };
    const { trust, context } = askable(identity, role?.trust ?? { Statement: [] });
    const verdict = role && (await this.#evaluate(provider.arn, { ...permission, context }, undefined, trust));
    if (!verdict?.allowed) {
      const message = 'Not authorized to perform sts:AssumeRoleWithWebIdentity';
      this.#denied.push({ id: randomUUID(), at: this.#world.clock.now(), who: claims.sub, action: permission.action, message });
      throw new AccessDenied({ arn: provider.arn }, permission, message);
    }
    const keys = this.#handOut({ arn: roleArn, session } as Session);
    return { keys, subject: claims.sub, audience: claims.aud, provider: provider.arn };
  }

  principal(accessKeyId: string): Principal | undefined {
    return this.#sessions.get(accessKeyId);
  }

  /** Who signs with this key, and by what; undefined when it was never handed out. */
  signer(accessKeyId: string): { principal: Principal; arn: string; key: SigningKey } | undefined {
    const principal = this.#sessions.get(accessKeyId);
    const key = this.#keys.get(accessKeyId);
    return principal && key && { principal, arn: this.sessionArn(principal), key };
  }

  /** `arn:aws:sts::…:assumed-role/NAME/SESSION` for a role, the ARN itself for a user. */
  sessionArn(principal: Principal): string {
    const name = /:role\/(?:.*\/)?([^/]+)$/.exec(principal.arn)?.[1];
    if (name === undefined) return principal.arn;
    const session = (principal as Partial<Session>).session ?? principal.via?.split('.')[0] ?? 'session';
    return `arn:aws:sts::${this.#world.account}:assumed-role/${name}/${session}`;
  }

  /** Rejects with AccessDenied, in AWS's words, when the principal may not. */
  async authorize(principal: Principal, permission: Permission): Promise<void> {
    if (principal.arn === this.operator.arn) return;
    const who = this.sessionArn(principal);
    const verdict = await this.#evaluate(who, permission, this.#role(principal.arn), this.#resourcePolicy(permission.resource));
    this.#note(principal.arn, permission, verdict.allowed);
    if (verdict.allowed) return;
    const { action, resource } = permission;
    const message = `User: ${who} is not authorized to perform: ${action} on resource: ${resource} ${verdict.because}`;
    this.#denied.push({ id: randomUUID(), at: this.#world.clock.now(), who, action, message });
    throw new AccessDenied(principal, permission, message);
  }

  /**
   * A service acts in its own name (EventBridge on a topic without a role): the resource's policy alone decides.
   * @param via e.g. `events.amazonaws.com`
   */
  async authorizeService(via: string, permission: Permission): Promise<void> {
    const verdict = await this.#evaluate(via, permission, undefined, this.#resourcePolicy(permission.resource));
    if (verdict.allowed) return;
    const { action, resource } = permission;
    throw new AccessDenied(
      { arn: via, via },
      permission,
      `${via} is not authorized to perform: ${action} on resource: ${resource} ${verdict.because}`,
    );
  }

  /** Sets or, with undefined, removes the policy of a bucket, topic, queue, key or bus. */
  setResourcePolicy(arn: string, document: PolicyDocument | undefined): void {
    if (document) this.#resourcePolicies.set(arn, document);
    else this.#resourcePolicies.delete(arn);
  }

  /** Every action that a role's policies allow, patterns as they are written. */
  grants(): Grant[] {
    return this.#roles.all().flatMap((role) =>
      this.#roles
        .policiesOf(role)
        .flatMap(({ document }) => list(document.Statement))
        .filter(({ Effect }) => Effect === 'Allow')
        .flatMap(({ Action, Resource }) =>
          list(Action).flatMap((action) => list(Resource).map((resource) => ({ role: role.arn, action, resource }))),
        ),
    );
  }

  /** Every authorization asked for so far, each once. */
  asked(): Asked[] {
    return [...this.#asked.values()];
  }

  /** Every refusal of a session so far, oldest first. */
  denied(): readonly DeniedCall[] {
    return this.#denied;
  }

  #note(role: string, { action, resource }: Permission, allowed: boolean): void {
    this.#asked.set(`${role} ${action} ${resource} ${allowed}`, { role, action, resource, allowed });
  }

  #handOut(principal: Principal): Credentials {
    const id = `ASIA${randomSuffix(16)}`;
    this.#sessions.set(id, principal);
    const key = { accessKeyId: id, secretAccessKey: randomSuffix(40), sessionToken: randomSuffix(64) };
    this.#keys.set(id, key);
    return { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key.secretAccessKey, AWS_SESSION_TOKEN: key.sessionToken };
  }

  #role(arn: string): Role {
    const role = this.#roles.byArn(arn);
    if (!role) throw new Error(`The role ${arn} cannot be found.`);
    return role;
  }

  /** An object is under its bucket's policy. */
  #resourcePolicy(resource: string): PolicyDocument | undefined {
    return this.#resourcePolicies.get(resource.startsWith('arn:aws:s3:::') ? resource.split('/')[0]! : resource);
  }

  #evaluate(who: string, permission: Permission, role: Role | undefined, resourcePolicy: PolicyDocument | undefined) {
    const policies = {
      identityPolicies: role ? this.#roles.policiesOf(role) : [],
      boundary: role && this.#roles.boundaryOf(role),
      resourcePolicy,
    };
    // Told only where a policy asks: the same question has the same answer at any other time.
    const time = /aws:CurrentTime/i.test(JSON.stringify(policies)) && { 'aws:CurrentTime': this.#world.clock.now().toISOString() };
    const context = { ...this.#context(who, role), ...time };
    return evaluate({ principal: who, permission, account: this.#world.account, ...policies, context });
  }

  #context(who: string, role: Role | undefined): Record<string, string> {
    return {
      // The stand-in speaks HTTP on the loopback, where nobody listens in; on AWS every SDK call is TLS. A policy that denies plain HTTP must not deny here.
      'aws:SecureTransport': 'true',
      'aws:RequestedRegion': this.#world.region,
      ...(role
        ? { 'aws:PrincipalArn': role.arn, 'aws:PrincipalAccount': this.#world.account, 'aws:PrincipalType': 'AssumedRole' }
        : // A service that acts for the account says so: the guard against the confused deputy.
          who.endsWith('.amazonaws.com')
          ? { 'aws:SourceAccount': this.#world.account, 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': who }
          : {}),
    };
  }
}
