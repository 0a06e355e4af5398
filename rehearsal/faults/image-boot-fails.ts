import { commitOnTop, type Edit } from './commit-on-top.ts';
import type { Fault } from './fault.ts';

export const edits: readonly Edit[] = [
  {
    file: 'container/src/server.ts',
    find: 'const log = createLog();\n',
    replace: "const log = createLog();\nlog.fatal({ event: 'crash' }, 'sh: 1: serve: not found');\nprocess.exit(2);\n",
  },
];

/** The tests of the tag pass, and its image ends at once: what is released is started before it is pushed. */
export const imageBootFails: Fault = {
  name: 'image-boot-fails',
  summary: 'the image of the tag exits with 2 before it listens',
  cause: 'ImageBootFailed',
  failedStep: 'BuildImage',
  on: 'first-deploy',
  inject: () => ({}),
  start: async (context) => context.push(context.tag, { commit: await commitOnTop(context, 'Start another way', edits) }),
};
