import { createHash } from 'node:crypto';
import { type CfnResource, type IAspect, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/**
 * Roles that never change: with another right, trust or boundary a role becomes another role, and the one before stays with its policy. A version
 * of a function, a running execution and a change set keep the role that they began with: what it may do no update can take away.
 */
export class RolesThatStay implements IAspect {
  private readonly boundary: iam.ManagedPolicy | undefined;

  /** @param boundary of every role, which becomes another when it changes. @default - each keeps what it has */
  constructor(boundary?: iam.ManagedPolicy) {
    this.boundary = boundary;
  }

  visit(construct: IConstruct): void {
    if (construct === this.boundary) {
      const policy = construct.node.defaultChild as iam.CfnManagedPolicy;
      edition([policy], () => policy.policyDocument);
    } else if (construct instanceof iam.Role) this.keepRole(construct);
    else if (construct instanceof iam.Policy && !isOfRole(construct)) keepPolicy(construct);
  }

  private keepRole(construct: iam.Role): void {
    const role = construct.node.defaultChild as iam.CfnRole;
    role.permissionsBoundary = this.boundary?.managedPolicyArn ?? role.permissionsBoundary;
    // Whoever is no service knows the role by its name, which must not change: GitHub's workflows do.
    if (!JSON.stringify(Stack.of(role).resolve(role.assumeRolePolicyDocument)).includes('"Service"')) return;
    const policy = construct.node.tryFindChild('DefaultPolicy')?.node.defaultChild as iam.CfnPolicy | undefined;
    // CDK would put the hash of a draft into its name.
    if (policy) policy.policyName = Stack.of(policy).resolve(policy.logicalId);
    edition(policy ? [role, policy] : [role], () => [role.assumeRolePolicyDocument, role.permissionsBoundary, policy?.policyDocument]);
  }
}

const isOfRole = ({ node }: iam.Policy) => node.id === 'DefaultPolicy' && node.scope instanceof iam.Role;

/** A policy apart from its roles: with another role it becomes another, so that the role before does not lose it. */
function keepPolicy(construct: iam.Policy): void {
  const policy = construct.node.defaultChild as iam.CfnPolicy;
  edition([policy], () => [policy.policyDocument, policy.roles]);
  // Two of one name on one role would be one.
  policy.policyName = policy.logicalId;
}

/** Puts a hash of the content in place of the one that CDK appends to logical ids, and leaves what a later edition replaces where it is. */
function edition(resources: readonly CfnResource[], content: () => unknown): void {
  for (const resource of resources) {
    const stack = Stack.of(resource);
    const id = stack.resolve(resource.logicalId) as string;
    // Late: grants are added until the tree is complete.
    const produce = () => id.replace(/[0-9A-F]{8}$/, hash(`${id} ${JSON.stringify(stack.resolve(content()))}`));
    resource.overrideLogicalId(Lazy.uncachedString({ produce }));
    // Except what a failed deployment made: nothing in flight can have it.
    resource.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  }
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase();
