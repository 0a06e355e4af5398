import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodeCommit } from '../../../rehearsal/aws/codecommit/codecommit.ts';
import { git } from '../../../rehearsal/aws/codecommit/git.ts';
import type { CloudEvent } from '../../../rehearsal/aws/kernel.ts';
import { createWire } from '../../../rehearsal/aws/wire/server.ts';
import { edits as buildFails } from '../../../rehearsal/faults/build-fails.ts';
import { edits as changeSetFails } from '../../../rehearsal/faults/change-set-fails.ts';
import { commitOnTop, edited } from '../../../rehearsal/faults/commit-on-top.ts';
import { edits as contractDiffers } from '../../../rehearsal/faults/contract-differs.ts';
import type { FaultContext } from '../../../rehearsal/faults/fault.ts';
import { edits as imageBootFails } from '../../../rehearsal/faults/image-boot-fails.ts';
import { edits as permissionDenied } from '../../../rehearsal/faults/permission-denied.ts';
import { edits as templateWidensAccess } from '../../../rehearsal/faults/template-widens-access.ts';
import { exampleWorld } from '../example-world.ts';

const edit = { file: 'example.ts', find: 'one', replace: 'two' };

describe('a commit on top of the released one', () => {
  it.each(Object.entries({ buildFails, changeSetFails, contractDiffers, imageBootFails, permissionDenied, templateWidensAccess }))(
    'fits the files of this tree: %s',
    (_, edits) => {
      const texts = new Map<string, string>();
      for (const each of edits) {
        const text = texts.get(each.file) ?? readFileSync(each.file, 'utf8');
        texts.set(each.file, edited(text, each));
        expect(texts.get(each.file)).not.toBe(text);
      }
    },
  );

  it('differs from the released one by its edits alone, and pushes no tag', async () => {
    const world = exampleWorld();
    const events: CloudEvent[] = [];
    const codecommit = new CodeCommit(world, { emit: (event) => void events.push(event) });
    const authority = { principal: () => ({ arn: 'arn:aws:iam::111122223333:user/operator' }), authorize: async () => {} };
    const wire = createWire(world, authority, [codecommit.service]);
    wire.route('/_codecommit/', codecommit.handle);
    world.listensAt(await wire.listen());
    try {
      const checkout = mkdtempSync(join(world.home, 'checkout-'));
      await git(['init', '--quiet'], checkout);
      writeFileSync(join(checkout, 'example.ts'), 'one\n');
      await git(['add', '--all'], checkout);
      await git(['commit', '--quiet', '--message', 'Begin'], checkout);
      const commit = await codecommit.seed('example', checkout, 'HEAD');
      const cloud = { world, codecommit } as unknown as FaultContext['cloud'];
      const made = await commitOnTop({ cloud, repository: 'example', commit, tag: 'v1.4.0' }, 'Count on', [edit]);
      const at = codecommit.cloneUrl('example');
      expect(await git(['show', `${made}:example.ts`], at)).toBe('two');
      expect(await git(['rev-parse', `${made}^`], at)).toBe(commit);
      expect(events.map(({ detail }) => (detail as { referenceType: string }).referenceType)).toEqual(['branch']);
    } finally {
      await wire.close();
      world.remove();
    }
  });

  it('refuses a place that is not there, or not the only one', () => {
    expect(() => edited('three', edit)).toThrow('example.ts: expected "one" once, found it 0 times');
    expect(() => edited('one and one', edit)).toThrow('found it 2 times');
  });
});
