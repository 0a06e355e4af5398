import type { Fault } from './fault.ts';

export const tagMalformed: Fault = {
  name: 'tag-malformed',
  summary: 'the tag has four numbers',
  cause: 'TagMalformed',
  failedStep: 'AcceptTag',
  on: 'first-deploy',
  tagFor: (tag) => `${tag}.0`,
  inject: () => ({}),
};
