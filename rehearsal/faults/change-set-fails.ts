import { commitOnTop, type Edit } from './commit-on-top.ts';
import type { Fault } from './fault.ts';

export const edits: readonly Edit[] = [
  {
    file: 'app-stack/service-stack.ts',
    find: 'import { CfnParameter, Duration, Stack,',
    replace: 'import { CfnParameter, Duration, Fn, Stack,',
  },
  {
    file: 'app-stack/service-stack.ts',
    find: "'release.tag': props.release.tag,",
    replace: "'release.tag': props.release.tag, 'release.owner': Fn.importValue('FoundationOwner'),",
  },
];

/** The tag's template is ahead of the foundation, which people deploy: CloudFormation takes the template, and cannot compute the change. */
export const changeSetFails: Fault = {
  name: 'change-set-fails',
  summary: "the tag's template reads an export that the foundation does not have yet",
  cause: 'ChangeSetFailed',
  failedStep: 'PlanChange',
  on: 'update',
  inject: () => ({}),
  start: async (context) => context.push(context.tag, { commit: await commitOnTop(context, 'Label tasks with their owner', edits) }),
};
