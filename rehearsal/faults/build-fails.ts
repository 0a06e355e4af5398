import { commitOnTop, type Edit } from './commit-on-top.ts';
import type { Fault } from './fault.ts';

export const edits: readonly Edit[] = [
  {
    file: 'container/src/server.ts',
    find: 'const log = createLog();\n',
    replace: "import { limits } from './limits.ts';\n\nconst log = createLog();\nlog.info(limits, 'limits');\n",
  },
];

/** It builds on the author's machine, where the file lies that was never committed. */
export const buildFails: Fault = {
  name: 'build-fails',
  summary: 'the commit of the tag imports a file that was never committed',
  cause: 'BuildFailed',
  failedStep: 'BuildImage',
  on: 'first-deploy',
  inject: () => ({}),
  start: async (context) => context.push(context.tag, { commit: await commitOnTop(context, 'Print the limits', edits) }),
};
