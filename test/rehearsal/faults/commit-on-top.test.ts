import { readFileSync } from 'node:fs';
import { edits as buildFails } from '../../../rehearsal/faults/build-fails.ts';
import { edits as changeSetFails } from '../../../rehearsal/faults/change-set-fails.ts';
import { edited } from '../../../rehearsal/faults/commit-on-top.ts';
import { edits as contractDiffers } from '../../../rehearsal/faults/contract-differs.ts';
import { edits as imageBootFails } from '../../../rehearsal/faults/image-boot-fails.ts';
import { edits as permissionDenied } from '../../../rehearsal/faults/permission-denied.ts';
import { edits as templateWidensAccess } from '../../../rehearsal/faults/template-widens-access.ts';

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

  it('refuses a place that is not there, or not the only one', () => {
    expect(() => edited('three', edit)).toThrow('example.ts: expected "one" once, found it 0 times');
    expect(() => edited('one and one', edit)).toThrow('found it 2 times');
  });
});
