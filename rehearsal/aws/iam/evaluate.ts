import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { Permission } from '../kernel.ts';
import type { NamedPolicy, PolicyDocument } from './policy-document.ts';

export interface Question {
  /** ARN of the caller's session, or a service principal (`events.amazonaws.com`). */
  readonly principal: string;
  readonly permission: Permission;
  /** The resource's account, 12 digits. */
  readonly account: string;
  readonly identityPolicies: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  /** A bucket, topic, queue or key policy, or a role's trust policy. */
  readonly resourcePolicy?: PolicyDocument;
  /** Condition keys beside the permission's own. */
  readonly context: Readonly<Record<string, string | string[]>>;
}

export interface Verdict {
  readonly allowed: boolean;
  /** Why not, as AWS ends its message: `because no identity-based policy allows the s3:PutObject action`. */
  readonly because: string;
}

/** Verdicts by question: a loop that polls asks the same of the same policies over and over, and the answer depends on nothing else. */
const known = new Map<string, Promise<Verdict>>();
/** Questions kept, a few kilobytes each. */
const most = 2_000;

/** Puts one question to the policies, as IAM would. Rejects when the question itself is none: an action or a resource that IAM does not know. */
export function evaluate(question: Question): Promise<Verdict> {
  const key = JSON.stringify(question);
  const verdict = known.get(key) ?? simulate(question);
  if (known.size >= most) known.clear();
  known.set(key, verdict);
  return verdict;
}

async function simulate(question: Question): Promise<Verdict> {
  const { permission } = question;
  const result = await runSimulation(
    {
      request: {
        principal: question.principal,
        action: permission.action,
        resource: { resource: permission.resource, accountId: question.account },
        contextVariables: { ...question.context, ...permission.context },
      },
      identityPolicies: question.identityPolicies.map(asInput),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(question.resourcePolicy && { resourcePolicy: question.resourcePolicy }),
      ...(question.boundary && { permissionBoundaryPolicies: [asInput(question.boundary)] }),
    },
    { simulationMode: 'Strict' },
  );
  if (result.resultType === 'error') {
    throw new Error(`IAM cannot tell whether ${permission.action} on ${permission.resource} is allowed: ${JSON.stringify(result.errors)}`);
  }
  if (result.overallResult === 'Allowed') return { allowed: true, because: '' };
  const analysis =
    result.resultType === 'single'
      ? result.result.analysis
      : result.results.find(({ analysis }) => analysis.result !== 'Allowed')?.analysis;
  return { allowed: false, because: reason(permission.action, analysis) };
}

const asInput = ({ name, document }: NamedPolicy) => ({ name, policy: document });

/** What the evaluation says of one policy kind. */
interface Part {
  readonly result: string;
}
interface Analysis {
  readonly identityAnalysis?: Part;
  readonly resourceAnalysis?: Part;
  readonly permissionBoundaryAnalysis?: Part;
}

function reason(action: string, analysis: Analysis | undefined): string {
  const kinds = [
    ['an identity-based policy', 'identity-based policy', analysis?.identityAnalysis],
    ['a resource-based policy', 'resource-based policy', analysis?.resourceAnalysis],
    ['a permissions boundary', 'permissions boundary', analysis?.permissionBoundaryAnalysis],
  ] as const;
  const denied = kinds.find(([, , part]) => part?.result === 'ExplicitlyDenied');
  if (denied) return `with an explicit deny in ${denied[0]}`;
  const allowedByIdentity = analysis?.identityAnalysis?.result === 'Allowed';
  const missing = allowedByIdentity ? (analysis.permissionBoundaryAnalysis?.result === 'ImplicitlyDenied' ? kinds[2] : kinds[1]) : kinds[0];
  return `because no ${missing[1]} allows the ${action} action`;
}
