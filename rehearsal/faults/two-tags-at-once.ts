import type { Fault } from './fault.ts';
import { OtherRelease } from './other-release.ts';

/** A tag is pushed while the one before it deploys: each stage belongs to one release at a time, and neither is lost. */
export const twoTagsAtOnce: Fault = {
  name: 'two-tags-at-once',
  summary: 'a tag is pushed while the one before it deploys',
  cause: null,
  on: 'update',
  inject(context) {
    const earlier = new OtherRelease(context, earlierThan(context.tag));
    return {
      async start() {
        await earlier.push();
        await earlier.holds(context.stage.name);
        void earlier.approve().catch(() => {}); // `end` sees what became of it.
        await context.push(context.tag);
      },
      mend: () => earlier.end(),
    };
  },
};

/** Below the tag, above everything that was released before: `v1.4.0` → `v1.3.999`. */
function earlierThan(tag: string): string {
  const [major = 0, minor = 0] = tag.slice(1).split('.').map(Number);
  return minor > 0 ? `v${major}.${minor - 1}.999` : `v${major}.${minor}.0-0`;
}
