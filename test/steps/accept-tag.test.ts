import { acceptTag } from '../../steps/accept-tag.ts';
import { keys, type Proven, type ReleaseRecord, type StageState } from '../../steps/contract/records.ts';
import { digest, image, otherCommit } from './builders.ts';
import { FakeTable } from './fakes.ts';
import { minute, release, request, stage } from './incidents.ts';

const { commit } = request;
const { name } = release;
const stages = [stage, { ...stage, name: 'prod' }];
const input = (changes: Partial<typeof request> = {}, execution = name) => ({
  request: { ...request, ...changes },
  execution: { name: execution, startedAt: minute(0) },
  stages,
});
const hostSays = (answer: string | null = commit) => ({ commitOfTag: async () => answer });

const record = (changes: Partial<ReleaseRecord> = {}): ReleaseRecord => ({
  ...keys.release('v1.4.0', changes.attempt ?? 1),
  tag: 'v1.4.0',
  commit,
  attempt: 1,
  name,
  pushedBy: request.pushedBy,
  startedAt: minute(0),
  outcome: 'not-released',
  ...changes,
});
const proven = (stage: string, changes: Partial<Proven> = {}): StageState => ({
  ...keys.state(stage),
  proven: { tag: 'v1.3.0', attempt: 1, commit: otherCommit, digest, artefacts: image.artefacts, at: minute(0), ...changes },
});

describe('AcceptTag', () => {
  it('lets a tag in for every stage and opens its record', async () => {
    const table = new FakeTable();
    expect(await acceptTag(input(), { host: hostSays(), table })).toEqual({ ...release, stages: ['staging', 'prod'] });
    expect(await table.get('RELEASE#v1.4.0', 'ATTEMPT#1')).toEqual(record({ outcome: 'running', confirmed: true }));
  });

  it('is safe to repeat', async () => {
    const table = new FakeTable();
    const first = await acceptTag(input(), { host: hostSays(), table });
    expect(await acceptTag(input(), { host: hostSays(), table })).toEqual(first);
  });

  it.each(['1.4.0', 'v1.4', 'vv1.4.0', 'v01.4.0', 'v1.4.0+build.7', 'v 1.4.0', 'v1.4.0 ', 'V1.4.0', 'v=1.4.0', 'v', 'release-1'])(
    'refuses the tag %s',
    async (tag) => {
      const table = new FakeTable();
      await expect(acceptTag(input({ tag }), { host: hostSays(), table })).rejects.toMatchObject({ name: 'TagMalformed' });
      expect(await table.get(`RELEASE#${tag}`, 'ATTEMPT#1')).toMatchObject({ outcome: 'running' });
    },
  );

  it('takes a pre-release for a version', async () => {
    const release = await acceptTag(input({ tag: 'v1.4.0-rc.1' }), { host: hostSays(), table: new FakeTable() });
    expect(release.version).toBe('1.4.0-rc.1');
  });

  it.each([
    ['points elsewhere at the host', otherCommit],
    ['is gone from the host', null],
  ])('refuses a tag that %s', async (_, answer) => {
    await expect(acceptTag(input(), { host: hostSays(answer), table: new FakeTable() })).rejects.toMatchObject({ name: 'TagMoved' });
  });

  it('refuses a tag that an earlier attempt released from another commit', async () => {
    const table = new FakeTable(record());
    const moved = input({ commit: otherCommit, attempt: 2 }, 'v1.4.0-bbbbbbb-2');
    await expect(acceptTag(moved, { host: hostSays(otherCommit), table })).rejects.toMatchObject({ name: 'TagMoved' });
  });

  it('refuses a second commit that came with the same attempt, and leaves the record to the first', async () => {
    const table = new FakeTable(record());
    const moved = input({ commit: otherCommit }, 'v1.4.0-bbbbbbb-1');
    await expect(acceptTag(moved, { host: hostSays(otherCommit), table })).rejects.toMatchObject({ name: 'TagMoved' });
    expect(await table.get('RELEASE#v1.4.0', 'ATTEMPT#1')).toEqual(record());
  });

  it('does not let a false claim keep the true tag out', async () => {
    const table = new FakeTable();
    const claimed = input({ commit: otherCommit }, 'v1.4.0-bbbbbbb-1');
    await expect(acceptTag(claimed, { host: hostSays(null), table })).rejects.toMatchObject({ name: 'TagMoved' });
    expect(await table.get('RELEASE#v1.4.0', 'ATTEMPT#1')).toMatchObject({ commit: otherCommit, confirmed: false });
    const pushed = await acceptTag(input({ attempt: 2 }, 'v1.4.0-0123456-2'), { host: hostSays(), table });
    expect(pushed).toMatchObject({ commit, attempt: 2 });
  });

  it('ties a tag to the commit that the host once named, whatever became of the release', async () => {
    const table = new FakeTable(proven('staging', { tag: 'v2.0.0' }));
    await expect(acceptTag(input(), { host: hostSays(), table })).rejects.toMatchObject({ name: 'TagBehind' });
    const moved = input({ commit: otherCommit, attempt: 2 }, 'v1.4.0-bbbbbbb-2');
    await expect(acceptTag(moved, { host: hostSays(otherCommit), table })).rejects.toMatchObject({ name: 'TagMoved' });
  });

  it('lets a further attempt at the same commit in', async () => {
    const table = new FakeTable(record());
    const again = await acceptTag(input({ attempt: 2 }, 'v1.4.0-0123456-2'), { host: hostSays(), table });
    expect(again).toMatchObject({ attempt: 2, name: 'v1.4.0-0123456-2' });
  });

  it('refuses a tag that is older than what any stage runs', async () => {
    const table = new FakeTable(proven('prod', { tag: 'v1.10.0' }));
    await expect(acceptTag(input(), { host: hostSays(), table })).rejects.toMatchObject({
      name: 'TagBehind',
      message: 'The tag is v1.4.0, but prod runs v1.10.0.',
    });
  });

  it('takes a pre-release for older than its release', async () => {
    const table = new FakeTable(proven('staging', { tag: 'v1.4.0', commit }));
    await expect(acceptTag(input({ tag: 'v1.4.0-rc.2' }), { host: hostSays(), table })).rejects.toMatchObject({ name: 'TagBehind' });
  });

  it('refuses a tag that a stage runs from another commit', async () => {
    const table = new FakeTable(proven('staging', { tag: 'v1.4.0', commit: otherCommit }));
    await expect(acceptTag(input(), { host: hostSays(), table })).rejects.toMatchObject({ name: 'TagMoved' });
  });

  it('leaves out a stage that has proven this tag', async () => {
    const table = new FakeTable(proven('staging', { tag: 'v1.4.0', commit }), proven('prod'));
    expect(await acceptTag(input(), { host: hostSays(), table })).toMatchObject({ stages: ['prod'] });
  });

  describe('where a stage takes some tags only', () => {
    const limited = (...takesTags: string[]) => [stage, { ...stage, name: 'prod', takesTags }];
    const accept = (tag: string, among: ReturnType<typeof limited>, table = new FakeTable()) =>
      acceptTag({ ...input({ tag }), stages: among }, { host: hostSays(), table });

    it('ends a pre-release before the stage that takes none, and records it', async () => {
      const table = new FakeTable();
      expect(await accept('v1.4.0-rc.1', limited('v*', '!v*-*'), table)).toMatchObject({ stages: ['staging'], endsBefore: 'prod' });
      expect(await table.get('RELEASE#v1.4.0-rc.1', 'ATTEMPT#1')).toMatchObject({ confirmed: true, endsBefore: 'prod' });
    });

    it('lets every other tag go all the way', async () => {
      const release = await accept('v1.4.0', limited('v*', '!v*-*'));
      expect(release.stages).toEqual(['staging', 'prod']);
      expect(release).not.toHaveProperty('endsBefore');
    });

    it('asks no stage that is not reached whether it runs something newer', async () => {
      const table = new FakeTable(proven('prod', { tag: 'v1.4.0' }));
      expect(await accept('v1.4.0-rc.1', limited('!v*-*'), table)).toMatchObject({ stages: ['staging'] });
    });

    it('refuses a tag that not even the first stage takes', async () => {
      const first = [{ ...stage, takesTags: ['!v*-*'] }];
      await expect(accept('v1.4.0-rc.1', first)).rejects.toMatchObject({
        name: 'TagMalformed',
        message: 'The tag is v1.4.0-rc.1, and staging, the first stage, takes no tag like it.',
      });
    });
  });

  it('does not take an error of the host for a missing tag', async () => {
    const host = { commitOfTag: () => Promise.reject(new Error('Throttled')) };
    await expect(acceptTag(input(), { host, table: new FakeTable() })).rejects.toThrow('Throttled');
  });
});
