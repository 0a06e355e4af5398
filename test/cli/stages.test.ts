import { type StageStanding, stageLines } from '../../cli/view/stages.ts';
import { keys } from '../../steps/contract/records.ts';
import { image } from '../steps/builders.ts';
import { minute, release } from '../steps/incidents.ts';

const nothing: StageStanding = { name: 'prod', state: null, lock: null, waiting: null, request: null, now: new Date(minute(10)) };
const waiting = { ...keys.waiting('prod'), id: 'example', tag: 'v1.4.0', attempt: 1, since: minute(5), expiresAt: minute(60) };
const proven = { tag: 'v1.3.0', attempt: 1, commit: release.commit, digest: image.digest, artefacts: image.artefacts, at: minute(1) };

describe('what release status says of a stage', () => {
  it('is what runs, or that nothing does', () => {
    expect(stageLines(nothing)).toEqual(['prod: nothing proven yet']);
    expect(stageLines({ ...nothing, state: { ...keys.state('prod'), proven } })).toEqual([`prod: v1.3.0 (0123456), proven ${minute(1)}`]);
  });

  it('is who holds it, since when and why', () => {
    const lock = {
      ...keys.lock('prod'),
      holder: 'v1.4.0-0123456-1',
      tag: 'v1.4.0',
      pushedBy: 'example',
      since: minute(4),
      reason: 'example',
    };
    expect(stageLines({ ...nothing, lock })[1]).toBe(`  held by v1.4.0-0123456-1 since ${minute(4)} (example): one release at a time`);
  });

  it('is why it is blocked, and what frees it', () => {
    const blocked = { release: 'v1.4.0-0123456-1', reason: 'RollbackFailed', at: minute(4) };
    const lines = stageLines({ ...nothing, state: { ...keys.state('prod'), blocked } });
    expect(lines[1]).toBe(`  BLOCKED since ${minute(4)} by v1.4.0-0123456-1: RollbackFailed`);
    expect(lines[2]).toContain('npx release doctor prod --clear --yes');
  });

  it('is who waits for approval, since when and until when, and how to decide', () => {
    expect(stageLines({ ...nothing, waiting, request: { decision: 'pending' } }).slice(1)).toEqual([
      `  v1.4.0 waits for approval since ${minute(5)}, until ${minute(60)}`,
      '  Decide: npx release approve v1.4.0, or npx release reject v1.4.0 --reason "…"',
    ]);
  });

  it.each<[string, Partial<StageStanding>]>([
    ['was decided', { request: { decision: 'approved' } }],
    ['expired', { request: { decision: 'pending' }, now: new Date(minute(60)) }],
    ['is gone', { request: null }],
  ])('is nothing of a request that %s', (_, changes) => {
    expect(stageLines({ ...nothing, waiting, ...changes })).toHaveLength(1);
  });
});
