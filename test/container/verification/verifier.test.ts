import { generateKeyPairSync } from 'node:crypto';
import { KeySetUnavailable } from '../../../container/src/verification/key-set.ts';
import { type Keys, verifyEvent } from '../../../container/src/verification/verifier.ts';
import { entryEvent, signedHeaders } from '../signing.ts';

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const [sample, benchling, rotated, stranger] = [pair(), pair(), pair(), pair()];
const body = entryEvent();
const down = () => Promise.reject(new KeySetUnavailable('down'));

const known: Keys = {
  sample: async () => [sample.publicKey],
  benchling: { atHand: () => [], keys: async () => [benchling.publicKey], refreshed: async () => [rotated.publicKey] },
};
const verdictOn = (signer: ReturnType<typeof pair>, keys: Keys = known) =>
  verifyEvent(keys, signedHeaders(body, signer.privateKey, { id: 'msg_1' }), Buffer.from(body), Date.now());

describe('who signed an event', () => {
  it.each([
    ['the sample key', sample, { verdict: 'accepted', signer: 'sample', id: 'msg_1' }],
    ['Benchling', benchling, { verdict: 'accepted', signer: 'benchling', id: 'msg_1' }],
    ['Benchling with a key that is newer than the cache', rotated, { verdict: 'accepted', signer: 'benchling', id: 'msg_1' }],
    ['a stranger', stranger, { verdict: 'refused', reason: 'no known key made any of the signatures' }],
  ])('is told: %s', async (_, signer, verdict) => {
    expect(await verdictOn(signer)).toEqual(verdict);
  });

  it('cannot be told without the key set: neither accepted nor refused', async () => {
    const blind: Keys = { ...known, benchling: { atHand: () => [], keys: down, refreshed: down } };
    expect(await verdictOn(benchling, blind)).toEqual({ verdict: 'unavailable', message: 'down' });
    expect(await verdictOn(benchling, { ...known, benchling: { atHand: () => [], keys: async () => [], refreshed: down } })).toMatchObject({
      verdict: 'unavailable',
    });
  });

  it('is told of the sample even without the key set, which the sample is to report on', async () => {
    expect(await verdictOn(sample, { ...known, benchling: { atHand: () => [], keys: down, refreshed: down } })).toMatchObject({
      signer: 'sample',
    });
  });

  it('is not the sample key where a stage has none', async () => {
    expect(await verdictOn(sample, { ...known, sample: async () => [] })).toMatchObject({ verdict: 'refused' });
  });

  it('is told of Benchling by the keys at hand, and nothing is asked', async () => {
    const asked = () => Promise.reject(new Error('asked'));
    const handy: Keys = { sample: asked, benchling: { atHand: () => [rotated.publicKey], keys: asked, refreshed: asked } };
    expect(await verdictOn(rotated, handy)).toMatchObject({ verdict: 'accepted', signer: 'benchling' });
    await expect(verdictOn(stranger, handy)).rejects.toThrow('asked');
  });

  it('hides no defect behind a refusal', async () => {
    const broken: Keys = { ...known, benchling: { ...known.benchling, keys: () => Promise.reject(new TypeError('defect')) } };
    await expect(verdictOn(benchling, broken)).rejects.toThrow('defect');
  });
});
