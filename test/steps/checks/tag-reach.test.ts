import { tagReach } from '../../../steps/checks/tag-reach.ts';
import { Stage } from '../../../steps/contract/stage.ts';

const stages = (...patterns: (string[] | undefined)[]) => patterns.map((takesTags, index) => ({ name: `stage-${index + 1}`, takesTags }));

it('goes all the way where nothing is said', () => {
  expect(tagReach('v1.4.0-rc.1', stages(undefined, undefined))).toEqual({ stages: ['stage-1', 'stage-2'], endsBefore: null });
});

it.each([
  ['v1.4.0', ['v*'], true],
  ['v1.4.0', ['v1.*'], true],
  ['v2.0.0', ['v1.*'], false],
  ['v1x4', ['v1.4'], false],
  ['v1.4.0-rc.1', ['v*', '!v*-*'], false],
  ['v1.4.0-rc.1', ['!v*-*', 'v*'], false],
  ['v1.4.0', ['!v*-*'], true],
  ['v1.4.0-rc.1', ['v*-rc.*'], true],
  ['v1.4.0', ['v*-rc.*'], false],
  ['v1.4.0', ['v1.4.0'], true],
  ['xv1.4.0', ['v*'], false],
])('%s at a stage of %j: %j', (tag, patterns, taken) => {
  expect(tagReach(tag, stages(patterns)).endsBefore).toBe(taken ? null : 'stage-1');
});

it('never reaches a stage behind one that is not reached', () => {
  expect(tagReach('v1.4.0-rc.1', stages(['v*'], ['!v*-*'], ['v*']))).toEqual({ stages: ['stage-1'], endsBefore: 'stage-2' });
});

it('takes patterns only that name tags', () => {
  const patterns = Stage.shape.takesTags;
  expect(patterns.safeParse(['v*', '!v*-*', 'v1.2.3']).success).toBe(true);
  for (const wrong of [[], [''], ['v(.*)'], ['!'], ['v 1']]) expect(patterns.safeParse(wrong).success).toBe(false);
});
