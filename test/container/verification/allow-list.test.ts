import { clientAddress, isAllowed } from '../../../container/src/verification/allow-list.ts';

describe('the address of a caller behind one proxy', () => {
  it.each([
    [undefined, '192.0.2.1', '192.0.2.1'],
    [undefined, '::ffff:192.0.2.1', '192.0.2.1'],
    ['198.51.100.7', '10.0.0.1', '198.51.100.7'],
    // What comes before the last entry was in the request when the proxy got it: anybody can write it.
    ['192.0.2.1, 198.51.100.7', '10.0.0.1', '198.51.100.7'],
    ['192.0.2.1,192.0.2.2,2001:db8::1', '10.0.0.1', '2001:db8::1'],
    [['192.0.2.1', '198.51.100.7'], '10.0.0.1', '198.51.100.7'],
    ['198.51.100.7,', '192.0.2.1', ''],
    ['', '192.0.2.1', ''],
    [undefined, undefined, ''],
  ])('with %j and peer %s is %j', (header, peer, address) => {
    expect(clientAddress(header, peer)).toBe(address);
  });
});

describe('the allow list', () => {
  const list = ['192.0.2.0/24', '198.51.100.7', '2001:db8::/32'];

  it.each([
    ['192.0.2.255', true],
    ['192.0.3.0', false],
    ['198.51.100.7', true],
    ['198.51.100.8', false],
    ['2001:db8:1::1', true],
    ['2001:db9::1', false],
    ['', false],
    ['example', false],
  ])('for %j says %s', (address, allowed) => {
    expect(isAllowed(list, address)).toBe(allowed);
  });

  it('lets everyone in when it is empty', () => {
    expect(isAllowed([], 'unknown')).toBe(true);
  });
});
