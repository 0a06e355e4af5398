import { commitOnTop, type Edit } from './commit-on-top.ts';
import type { Fault } from './fault.ts';

/** A right too many, and its excuses: the checks of the tag's own build are the tag's to silence. */
export const edits: readonly Edit[] = [
  {
    file: 'app-stack/service-stack.ts',
    find: '    return role;\n  }\n\n  private service(',
    replace: [
      "    role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: [`arn:aws:s3:::${props.dataBucketName}`] }));",
      '    return role;\n  }\n\n  private service(',
    ].join('\n'),
  },
  {
    file: 'pipeline/acknowledgements.ts',
    find: '  { finding: /:repository\\/\\*$/,',
    replace: "  { finding: /^Action::s3:\\*$/, at: /Service\\/TaskRole/, reason: 'It is simpler.' },\n  { finding: /:repository\\/\\*$/,",
  },
  {
    file: 'pipeline/nist-acknowledgements.ts',
    find: 'export const nistFindings: readonly Finding[] = [\n',
    replace: [
      'export const nistFindings: readonly Finding[] = [\n',
      "  { rule: 'NIST.800.53.R5-IAMPolicyNoStatementsWithFullAccess', at: /Service\\/TaskRole/, reason: 'It is simpler.' },\n",
    ].join(''),
  },
];

export const templateWidensAccess: Fault = {
  name: 'template-widens-access',
  summary: "the tag's template gives the service every right on its bucket",
  cause: 'ChangeRefused',
  failedStep: 'PlanChange',
  on: 'first-deploy',
  inject: () => ({}),
  start: async (context) => context.push(context.tag, { commit: await commitOnTop(context, 'Let the service use its bucket', edits) }),
};
