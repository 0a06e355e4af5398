import { git } from '../aws/codecommit/git.ts';
import { isBy } from './calls.ts';
import { commitOnTop } from './commit-on-top.ts';
import type { Fault } from './fault.ts';

/** Between the push and the first look at the host, somebody makes the tag point elsewhere. */
export const tagMoved: Fault = {
  name: 'tag-moved',
  summary: 'the tag points to another commit than the one that was pushed',
  cause: 'TagMoved',
  failedStep: 'AcceptTag',
  on: 'first-deploy',
  async inject(context) {
    const { cloud, repository, tag } = context;
    const other = await commitOnTop(context, 'Say hello', []);
    return {
      // In the repository itself: a second push would raise a second event, and a second release.
      async call(call) {
        if (call.service !== 'codecommit' || call.operation !== 'GetFile' || !isBy('AcceptTag', call)) return;
        await git(['update-ref', `refs/tags/${tag}`, other], cloud.codecommit.cloneUrl(repository));
      },
    };
  },
};
