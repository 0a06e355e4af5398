import { isExempt, proxyOf } from '../../../container/src/clients/https-proxy.ts';

describe('the way out', () => {
  it.each([
    [{}, false],
    [{ NO_PROXY: '' }, false],
    [{ NO_PROXY: '*' }, true],
    [{ NO_PROXY: 'localhost, benchling.com' }, true],
    [{ NO_PROXY: '.benchling.com' }, true],
    [{ no_proxy: 'apps.benchling.com' }, true],
    [{ NO_PROXY: 'chling.com' }, false],
    [{ NO_PROXY: 'apps.benchling.com.example' }, false],
  ])('past the proxy with %j: %s', (variables, exempt) => {
    expect(isExempt('apps.benchling.com', variables)).toBe(exempt);
  });

  it('has no proxy unless one is named', () => {
    expect(proxyOf({})).toBeUndefined();
    expect(proxyOf({ HTTPS_PROXY: '' })).toBeUndefined();
    expect(proxyOf({ https_proxy: 'http://127.0.0.1:1' })).toBeDefined();
  });

  it('refuses a proxy that it cannot speak to, when it starts', () => {
    expect(() => proxyOf({ HTTPS_PROXY: 'socks5://127.0.0.1:1' })).toThrow('HTTPS_PROXY must be an http:// URL, not socks5://');
    expect(() => proxyOf({ HTTPS_PROXY: 'nonsense' })).toThrow('Invalid URL');
  });
});
