import * as z from 'zod';
import type { ChangeSetView } from '../contract/ports.ts';

type Change = ChangeSetView['changes'][number];

/** Replacing or removing one of these cuts the address that Benchling calls. */
const traffic = [
  'AWS::ElasticLoadBalancingV2::TargetGroup',
  'AWS::ElasticLoadBalancingV2::ListenerRule',
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::ECS::Service',
];
/** What they hold is gone with them, whatever a rollback brings back. */
const stateful = [
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::DynamoDB::Table',
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBCluster',
  'AWS::EFS::FileSystem',
  'AWS::SecretsManager::Secret',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
];
const guarded = [...traffic, ...stateful];

/** What a release must not do to resources that stand, one line each. `Conditional` and `Dynamic` may mean yes: unknown is not absent. */
export function forbiddenChanges(changes: readonly Change[]): string[] {
  return changes
    .filter(({ type }) => guarded.includes(type))
    .flatMap((change) => {
      const what = `${change.type} ${change.logicalId}`;
      if (change.action === 'Remove') return [`removes ${what}`];
      if (change.replacement === 'True') return [`replaces ${what}`];
      return change.replacement === 'Conditional' || change.action === 'Dynamic' ? [`may replace ${what}`] : [];
    });
}

const oneOrMany = z.union([z.string(), z.array(z.string())]).optional();
const Statement = z.looseObject({ Effect: z.string(), Action: oneOrMany, NotAction: oneOrMany });
const Document = z.looseObject({ Statement: z.union([Statement, z.array(Statement)]) });
const Policies = z.looseObject({
  PolicyDocument: Document.optional(),
  Policies: z.array(z.looseObject({ PolicyDocument: Document })).optional(),
  /** ARNs as text, or as intrinsics that put the partition in. */
  ManagedPolicyArns: z.array(z.unknown()).optional(),
});
const Template = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.looseObject({}).optional() })),
});

/** Statements of a template that allow every action, of everything or of a service, one line each. Throws when a policy cannot be read. */
export function sweepingStatements(template: string): string[] {
  const { Resources } = Template.parse(JSON.parse(template));
  return Object.entries(Resources)
    .filter(([, { Type }]) => Type.startsWith('AWS::IAM::'))
    .flatMap(([logicalId, { Properties = {} }]) => {
      const { PolicyDocument, Policies: inline = [], ManagedPolicyArns: managed = [] } = Policies.parse(Properties);
      const documents = [...(PolicyDocument ? [PolicyDocument] : []), ...inline.map((each) => each.PolicyDocument)];
      const statements = documents.flatMap((document) => document.Statement);
      return [
        ...statements.flatMap((statement) => sweeping(logicalId, statement)),
        ...managed.flatMap((arn) => sweepingByName(logicalId, arn)),
      ];
    });
}

function sweeping(logicalId: string, { Effect, Action, NotAction }: z.infer<typeof Statement>): string[] {
  if (Effect !== 'Allow') return [];
  // All but a few is nearly all.
  if (NotAction !== undefined) return [`${logicalId} allows NotAction`];
  const actions = [Action ?? []].flat().filter((action) => /^\*+$|:\*+$/.test(action));
  return actions.map((action) => `${logicalId} allows ${action}`);
}

/** AWS's own policies that allow every action of a service, by the names that AWS gives them. */
function sweepingByName(logicalId: string, arn: unknown): string[] {
  const [, name] = /:policy\/([\w/-]*(?:AdministratorAccess|PowerUserAccess|FullAccess))\b/.exec(JSON.stringify(arn)) ?? [];
  return name ? [`${logicalId} has the managed policy ${name}`] : [];
}
