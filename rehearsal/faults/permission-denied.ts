import { commitOnTop, type Edit } from './commit-on-top.ts';
import type { Fault } from './fault.ts';

/** A role of another name, so that old tasks keep theirs, and nothing of what it must allow. */
export const edits: readonly Edit[] = [
  { file: 'app-stack/service-stack.ts', find: "new iam.Role(this, 'TaskRole',", replace: "new iam.Role(this, 'WebhookRole'," },
  {
    file: 'app-stack/service-stack.ts',
    find: '    for (const statement of serviceStatements(this, { ...props, sampleKey, workQueue })) role.addToPolicy(statement);\n',
    replace: '',
  },
];

/** The template of the tag gives its tasks a role that may do nothing: only a task that runs finds out. */
export const permissionDenied: Fault = {
  name: 'permission-denied',
  summary: "the tag's template forgets the rights of the task role",
  cause: 'PermissionDenied',
  failedStep: 'WatchDeployment',
  on: 'update',
  inject: () => ({}),
  start: async (context) => context.push(context.tag, { commit: await commitOnTop(context, 'Name the role after its service', edits) }),
};
