import type { Fault } from './fault.ts';
import { OtherRelease } from './other-release.ts';

/** While a release waits for a person, a newer tag comes to ask for the same stage: it holds the older one's commits, too. */
export const newerTagAsks: Fault = {
  name: 'newer-tag-asks',
  summary: 'a newer tag asks for the stage that an older one waits for',
  cause: 'Superseded',
  failedStep: 'LockStage',
  on: 'update',
  at: 'approval',
  approve: 'nobody',
  inject(context) {
    const newer = new OtherRelease(context, newerThan(context.tag));
    let pushed = false;
    return {
      async hear({ state, stage, event }) {
        // While the older one holds the stage before: there the newer one cannot overtake it.
        if (pushed || state !== 'WatchDeployment' || event !== 'entered' || stage === context.stage.name) return;
        pushed = true;
        await newer.push();
      },
      // Until here the newer one waits, too: the old version serves.
      async mend() {
        await newer.approve();
        await newer.end();
      },
    };
  },
};

/** `v1.4.0` → `v1.4.1` */
const newerThan = (tag: string) =>
  tag.replace(/^(v\d+\.\d+)\.(\d+).*$/, (_, minor: string, patch: string) => `${minor}.${Number(patch) + 1}`);
