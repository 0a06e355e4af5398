import { commitOnTop, type Edit } from './commit-on-top.ts';
import type { Fault } from './fault.ts';

/** A parameter of the tag's own code, and the example of it that the tag's own build starts the image with. */
export const edits: readonly Edit[] = [
  {
    file: 'container/src/config/parameters.ts',
    find: '  user_bucket: text(',
    replace: "  region_label: text(/^\\w+$/, 'must be a word').describe('What the tag calls its region'),\n  user_bucket: text(",
  },
  {
    file: 'rehearsal/world/example-secret.ts',
    find: '    user_bucket: bucketName,',
    replace: "    region_label: 'example',\n    user_bucket: bucketName,",
  },
];

/** The fourth night: checks ran by main's code, and the tag's needed a key that main's does not know. */
export const contractDiffers: Fault = {
  name: 'contract-differs',
  summary: "the tag's code needs a key of the secret that the pipeline's code does not know",
  cause: 'SecretKeyMissing',
  // By the pipeline's own rules the secret is in order: only the contract that the tag's build exported knows better.
  failedStep: 'InspectStage',
  on: 'first-deploy',
  inject: () => ({}),
  start: async (context) => context.push(context.tag, { commit: await commitOnTop(context, 'Label the region', edits) }),
};
