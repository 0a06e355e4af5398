import { generateKeyPairSync } from 'node:crypto';
import { KeySet, KeySetUnavailable, readKeySet } from '../../../container/src/verification/key-set.ts';

const jwk = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' });
const setOf = (...keys: object[]) => JSON.stringify({ keys });
const minute = 60_000;
const hour = 60 * minute;

/** A key set whose clock and origin the test moves by hand. */
function keySet() {
  const world = { at: 0, fetches: 0, app: 'appdef_example1', answer: async () => setOf(jwk()) };
  const keys = new KeySet({
    now: () => world.at,
    appDefinitionId: () => world.app,
    fetchKeySet: () => {
      world.fetches++;
      return world.answer();
    },
  });
  return { world, keys };
}

describe('the key set', () => {
  it('is fetched once for many events', async () => {
    const { world, keys } = keySet();
    await Promise.all([keys.keys(), keys.keys(), keys.refreshed()]);
    world.at = 5 * hour;
    await keys.keys();
    expect(world.fetches).toBe(1);
  });

  it('is refreshed behind an answer when it is six hours old', async () => {
    const { world, keys } = keySet();
    const [first] = await keys.keys();
    world.at = 6 * hour + 1;
    expect((await keys.keys())[0]).toBe(first);
    expect(world.fetches).toBe(2);
    await keys.refreshed();
    expect((await keys.keys())[0]).not.toBe(first);
    expect(world.fetches).toBe(2);
  });

  it('is fetched at most once a minute for signatures by no known key', async () => {
    const { world, keys } = keySet();
    await keys.keys();
    world.at = minute + 1;
    for (let stranger = 0; stranger < 50; stranger++) await keys.refreshed();
    expect(world.fetches).toBe(2);
  });

  it('is fetched at once for a signature by no known key, however young it is', async () => {
    const { world, keys } = keySet();
    const [first] = await keys.keys();
    world.at = 1;
    const [rotated] = await keys.refreshed();
    expect(rotated).not.toBe(first);
    expect((await keys.keys())[0]).toBe(rotated);
    world.at = minute;
    for (let stranger = 0; stranger < 50; stranger++) await keys.refreshed();
    expect(world.fetches).toBe(2);
  });

  it('forgets a key that its owner withdrew, at the next refresh', async () => {
    const { world, keys } = keySet();
    const [before, after] = [jwk(), jwk()];
    world.answer = async () => setOf(before, after);
    expect(await keys.keys()).toHaveLength(2);
    world.answer = async () => setOf(after);
    world.at = 6 * hour + 1;
    await keys.keys();
    await keys.refreshed();
    expect((await keys.keys()).map((key) => key.export({ format: 'jwk' }))).toEqual([after]);
  });

  it('is unavailable, not empty, when it cannot be fetched; and asked for again after a moment', async () => {
    const { world, keys } = keySet();
    world.answer = () => Promise.reject(new Error('connect ECONNREFUSED'));
    await expect(keys.keys()).rejects.toThrow('The key set of the app cannot be had: connect ECONNREFUSED');
    await expect(keys.keys()).rejects.toThrow(KeySetUnavailable);
    expect(world.fetches).toBe(1);
    world.answer = async () => setOf(jwk());
    world.at = 2001;
    expect(await keys.keys()).toHaveLength(1);
  });

  it('cannot tell a stranger from a rotation while a refresh fails', async () => {
    const { world, keys } = keySet();
    await keys.keys();
    world.at = 2 * minute;
    world.answer = () => Promise.reject(new Error('down'));
    await expect(keys.refreshed()).rejects.toThrow(KeySetUnavailable);
    await expect(keys.refreshed()).rejects.toThrow(KeySetUnavailable);
    expect(await keys.keys()).toHaveLength(1);
  });

  it('stops being trusted after a day without a refresh', async () => {
    const { world, keys } = keySet();
    await keys.keys();
    world.answer = () => Promise.reject(new Error('down'));
    world.at = 24 * hour;
    await expect(keys.keys()).rejects.toThrow(KeySetUnavailable);
  });

  it('of another app is never used for this one', async () => {
    const { world, keys } = keySet();
    const [first] = await keys.keys();
    world.app = 'appdef_example2';
    expect((await keys.keys())[0]).not.toBe(first);
  });
});

describe('reading a key set', () => {
  it('takes the P-256 signature keys and leaves the rest', () => {
    const damaged = { ...jwk(), x: 'AAAA' };
    expect(
      readKeySet(setOf(jwk(), jwk('P-384'), { kty: 'RSA' }, { ...jwk(), use: 'enc' }, damaged, { ...jwk(), use: 'sig' })),
    ).toHaveLength(2);
  });

  it.each(['{}', '[]', 'null', '{"keys":[]}', '{"keys":7}', '{"keys":[null]}', setOf({ kty: 'RSA' })])('refuses %s as unusable', (text) => {
    expect(() => readKeySet(text)).toThrow('it holds no usable key');
  });
});
