import { awsManagedPolicy } from './managed-policies.ts';
import type { NamedPolicy, PolicyDocument } from './policy-document.ts';

export interface Role {
  readonly arn: string;
  readonly name: string;
  /** `AROA…` */
  readonly id: string;
  trust: PolicyDocument;
  /** The role's own, from its `Policies` property, by policy name. */
  inline: ReadonlyMap<string, PolicyDocument>;
  /** ARNs. */
  managed: readonly string[];
  /** ARN of the permissions boundary. */
  boundary?: string;
}

/** A policy that is a resource of its own, and the names of the roles it is on. */
interface Attached {
  readonly roles: readonly string[];
  readonly document: PolicyDocument;
}

/** Roles and the policies that reach them. A role may name a managed policy, and a policy may name roles. */
export class Roles {
  readonly #roles = new Map<string, Role>();
  /** Policies of resources of their own (AWS::IAM::Policy), by physical id. */
  readonly #attached = new Map<string, Attached>();
  readonly #managed = new Map<string, Attached>();

  add(role: Role): void {
    if (this.#roles.has(role.name)) throw new Error(`Role with name ${role.name} already exists.`);
    this.#roles.set(role.name, role);
  }

  all(): readonly Role[] {
    return [...this.#roles.values()];
  }

  named(name: string): Role {
    const role = this.#roles.get(name);
    if (!role) throw new Error(`The role with name ${name} cannot be found.`);
    return role;
  }

  /** By `arn:aws:iam::…:role/[path/]NAME`. */
  byArn(arn: string): Role | undefined {
    return this.all().find((role) => role.arn === arn);
  }

  remove(name: string): void {
    this.#roles.delete(name);
  }

  attach(id: string, roles: readonly string[], document: PolicyDocument): void {
    for (const name of roles) this.named(name);
    this.#attached.set(id, { roles, document });
  }

  detach(id: string): void {
    this.#attached.delete(id);
  }

  putManaged(arn: string, roles: readonly string[], document: PolicyDocument): void {
    for (const name of roles) this.named(name);
    this.#managed.set(arn, { roles, document });
  }

  removeManaged(arn: string): void {
    this.#managed.delete(arn);
  }

  /** Every identity policy that applies to the role. */
  policiesOf(role: Role): NamedPolicy[] {
    const named = (entries: Iterable<[string, PolicyDocument]>) => [...entries].map(([name, document]) => ({ name, document }));
    const reaching = (policies: ReadonlyMap<string, Attached>) =>
      [...policies].flatMap(([name, { roles, document }]) => (roles.includes(role.name) ? [{ name, document }] : []));
    return [
      ...named(role.inline),
      ...reaching(this.#attached),
      ...reaching(this.#managed),
      ...role.managed.map((arn) => ({ name: arn, document: this.#managedDocument(arn) })),
    ];
  }

  boundaryOf(role: Role): NamedPolicy | undefined {
    return role.boundary === undefined ? undefined : { name: role.boundary, document: this.#managedDocument(role.boundary) };
  }

  #managedDocument(arn: string): PolicyDocument {
    const document = this.#managed.get(arn)?.document ?? awsManagedPolicy(arn);
    if (!document) throw new Error(`Policy ${arn} does not exist or is not attachable.`);
    return document;
  }
}
