import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { isSignedBy, readHeaders } from '../../../container/src/verification/signature.ts';
import { entryEvent, signedHeaders } from '../signing.ts';

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ours = pair();
const stranger = pair();
const body = entryEvent();
const headers = signedHeaders(body, ours.privateKey);
const now = Date.now();

const accepts = (changed: Record<string, string | undefined>, content: Buffer = Buffer.from(body), keys = [ours.publicKey]) => {
  const signed = readHeaders({ ...headers, ...changed }, now);
  return signed.ok && isSignedBy(keys, signed, content);
};

describe('a signature', () => {
  it('passes as it was made, with any of the known keys', () => {
    expect(accepts({})).toBe(true);
    expect(accepts({}, undefined, [stranger.publicKey, ours.publicKey])).toBe(true);
    expect(accepts({}, undefined, [stranger.publicKey])).toBe(false);
    expect(accepts({}, undefined, [])).toBe(false);
  });

  it('passes among others, of which only DER versions count', () => {
    const mine = headers['webhook-signature'] ?? '';
    expect(accepts({ 'webhook-signature': `v1,AAAA ${mine}` })).toBe(true);
    expect(accepts({ 'webhook-signature': `v1bder,AAAA ${mine.replace('v1bder', 'v2der')}` })).toBe(true);
    expect(accepts({ 'webhook-signature': mine.replace('v1bder', 'v1b') })).toBe(false);
  });

  it('fails when one bit of the body is flipped, wherever it is', () => {
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.nat(7), (index, bit) => {
        const changed = Buffer.from(body);
        changed.writeUInt8(changed.readUInt8(index) ^ (1 << bit), index);
        expect(accepts({}, changed)).toBe(false);
      }),
    );
  });

  it('fails when one bit of the signature is flipped, wherever it is', () => {
    const der = Buffer.from(headers['webhook-signature']?.slice('v1bder,'.length) ?? '', 'base64');
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.nat(7), (index, bit) => {
        const changed = Buffer.from(der);
        changed.writeUInt8(changed.readUInt8(index) ^ (1 << bit), index);
        expect(accepts({ 'webhook-signature': `v1bder,${changed.toString('base64')}` })).toBe(false);
      }),
    );
  });

  it('covers the id and the timestamp', () => {
    expect(accepts({ 'webhook-id': `${headers['webhook-id']}x` })).toBe(false);
    expect(accepts({ 'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1) })).toBe(false);
    // The dot between them belongs to the content: moving a digit across it is another content.
    expect(accepts({ 'webhook-id': `${headers['webhook-id']}.1`, 'webhook-timestamp': headers['webhook-timestamp']?.slice(1) })).toBe(
      false,
    );
  });

  it('never throws, whatever the headers hold', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (id, timestamp, signature) => {
        expect(accepts({ 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature })).toBe(false);
        expect(accepts({ 'webhook-signature': `v1bder,${Buffer.from(signature).toString('base64')}` })).toBe(false);
      }),
    );
  });
});

describe('the headers of a webhook', () => {
  const seconds = now / 1000;
  const reason = (changed: Record<string, string | string[] | undefined>) => {
    const read = readHeaders({ ...headers, ...changed }, now);
    return read.ok ? 'ok' : read.reason;
  };

  it.each([
    [seconds - 299, 'ok'],
    [seconds + 299, 'ok'],
    [seconds - 301, 'webhook-timestamp is more than 300 seconds away'],
    [seconds + 301, 'webhook-timestamp is more than 300 seconds away'],
    [1700000000.25, 'webhook-timestamp is more than 300 seconds away'],
  ])('with timestamp %d are judged: %s', (timestamp, expected) => {
    expect(reason({ 'webhook-timestamp': String(timestamp) })).toBe(expected);
  });

  it.each(['NaN', '-1', '1e9', '0x10', ' 1', 'Infinity', ''])('with timestamp %j are refused', (timestamp) => {
    expect(reason({ 'webhook-timestamp': timestamp })).toBe('webhook-timestamp is not a number of seconds');
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('without %s are refused', (name) => {
    expect(reason({ [name]: undefined })).toMatch(/are required/);
    expect(reason({ [name]: ['a', 'b'] })).toMatch(/are required/);
  });
});
