import { randomUUID } from 'node:crypto';
import type { Permission, Properties, Provisioner, Provisioners, Provisioning, World } from '../kernel.ts';
import { namePattern, on, physicalName, randomSuffix } from '../physical-names.ts';
import { awsManagedPolicy } from './managed-policies.ts';
import type { PolicyDocument } from './policy-document.ts';
import type { Role, Roles } from './roles.ts';
import type { IdentityProvider } from './web-identity.ts';

const arnOf = (world: World, kind: 'role' | 'policy' | 'oidc-provider', name: string, path: unknown) =>
  `arn:aws:iam::${world.account}:${kind}${path ?? '/'}${name}`;

/** What a role's properties say of it. */
function settings(properties: Properties): Pick<Role, 'trust' | 'inline' | 'managed' | 'boundary'> {
  const inline = (properties['Policies'] ?? []) as { PolicyName: string; PolicyDocument: PolicyDocument }[];
  const managed: string[] = properties['ManagedPolicyArns'] ?? [];
  for (const arn of managed) awsManagedPolicy(arn); // refuses what is not known while the stack is deployed, not at the first call
  return {
    trust: properties['AssumeRolePolicyDocument'],
    inline: new Map(inline.map((policy) => [policy.PolicyName, policy.PolicyDocument])),
    managed,
    boundary: properties['PermissionsBoundary'],
  };
}

const VERBS = { create: 'CreateRole', update: 'UpdateAssumeRolePolicy', delete: 'DeleteRole' } as const;

function role(world: World, roles: Roles): Provisioner {
  const answer = ({ name, arn, id }: Role) => ({ physicalId: name, attributes: { Arn: arn, RoleId: id } });
  return {
    replaceOn: ['RoleName', 'Path'],
    create(properties, at) {
      const name = properties['RoleName'] ?? physicalName(at);
      const created: Role = {
        name,
        arn: arnOf(world, 'role', name, properties['Path']),
        id: `AROA${randomSuffix(17)}`,
        ...settings(properties),
      };
      roles.add(created);
      return answer(created);
    },
    update: (name, properties) => answer(Object.assign(roles.named(name), settings(properties))),
    remove: (name) => roles.remove(name),
    permissions(verb, properties, at) {
      const arn = arnOf(world, 'role', properties['RoleName'] ?? namePattern(at), properties['Path']);
      const actions = [
        `iam:${VERBS[verb]}`,
        ...(properties['Policies']?.length ? [`iam:${verb === 'delete' ? 'Delete' : 'Put'}RolePolicy`] : []),
      ];
      return on(arn, ...actions).map((permission) => ({ ...permission, ...boundedBy(properties['PermissionsBoundary']) }));
    },
  };
}

function onlyRoles(properties: Properties): readonly string[] {
  for (const kind of ['Users', 'Groups'])
    if (properties[kind]?.length) throw new Error(`Policies of IAM ${kind.toLowerCase()} are not supported.`);
  return properties['Roles'] ?? [];
}

/** AWS puts the boundary that a role has, or would get, into the request: policies may insist on one. */
const boundedBy = (boundary: string | undefined): Pick<Permission, 'context'> =>
  boundary ? { context: { 'iam:PermissionsBoundary': boundary } } : {};

const policyPermissions =
  (world: World, roles: Roles): NonNullable<Provisioner['permissions']> =>
  (verb, properties): Permission[] =>
    (properties['Roles'] ?? []).map((name: string) => ({
      action: `iam:${verb === 'delete' ? 'Delete' : 'Put'}RolePolicy`,
      resource: arnOf(world, 'role', name, '/'),
      ...boundedBy(roles.all().find((role) => role.name === name)?.boundary),
    }));

function policy(world: World, roles: Roles): Provisioner {
  const put = (id: string, properties: Properties) => {
    roles.attach(id, onlyRoles(properties), properties['PolicyDocument']);
    return { physicalId: id, attributes: { Id: id } };
  };
  return {
    // Two policies of one name on different roles are two: the physical id is CloudFormation's own.
    create: (properties, at: Provisioning) =>
      put(`${at.stackName.slice(0, 5)}-${at.logicalId.slice(0, 5)}-${randomSuffix(12)}`, properties),
    update: put,
    remove: (id) => roles.detach(id),
    permissions: policyPermissions(world, roles),
  };
}

function managedPolicy(world: World, roles: Roles): Provisioner {
  const put = (arn: string, properties: Properties) => {
    roles.putManaged(arn, onlyRoles(properties), properties['PolicyDocument']);
    return { physicalId: arn, attributes: { PolicyArn: arn, PolicyId: `ANPA${randomUUID().slice(0, 8).toUpperCase()}` } };
  };
  return {
    replaceOn: ['ManagedPolicyName', 'Path', 'Description'],
    create: (properties, at) =>
      put(arnOf(world, 'policy', properties['ManagedPolicyName'] ?? physicalName(at, 128), properties['Path']), properties),
    update: put,
    remove: (arn) => roles.removeManaged(arn),
    permissions: (verb, properties, at) =>
      on(
        arnOf(world, 'policy', properties['ManagedPolicyName'] ?? namePattern(at), properties['Path']),
        `iam:${verb === 'update' ? 'CreatePolicyVersion' : verb === 'create' ? 'CreatePolicy' : 'DeletePolicy'}`,
      ),
  };
}

/** An account holds one a URL, whoever made it. */
function identityProvider(world: World, providers: Map<string, IdentityProvider>): Provisioner {
  const put = (properties: Properties) => {
    const { Url: url, ClientIdList: audiences = [] } = properties;
    const issuer = String(url)
      .replace(/^https:\/\//, '')
      .replace(/\/$/, '');
    const arn = arnOf(world, 'oidc-provider', issuer, '/');
    return { arn, issuer, audiences };
  };
  const answer = (provider: IdentityProvider) => {
    providers.set(provider.arn, provider);
    return { physicalId: provider.arn, attributes: { Arn: provider.arn } };
  };
  return {
    replaceOn: ['Url'],
    create(properties) {
      const provider = put(properties);
      if (providers.has(provider.arn)) throw new Error(`Provider with url https://${provider.issuer} already exists.`);
      return answer(provider);
    },
    update: (_arn, properties) => answer(put(properties)),
    remove: (arn) => void providers.delete(arn),
    permissions: (verb, properties) =>
      on(
        put(properties).arn,
        ...(verb === 'update'
          ? ['iam:AddClientIDToOpenIDConnectProvider']
          : [`iam:${verb === 'create' ? 'Create' : 'Delete'}OpenIDConnectProvider`]),
      ),
  };
}

export const iamProvisioners = (world: World, roles: Roles, providers: Map<string, IdentityProvider>): Provisioners => ({
  'AWS::IAM::Role': role(world, roles),
  'AWS::IAM::Policy': policy(world, roles),
  'AWS::IAM::ManagedPolicy': managedPolicy(world, roles),
  'AWS::IAM::OIDCProvider': identityProvider(world, providers),
});
