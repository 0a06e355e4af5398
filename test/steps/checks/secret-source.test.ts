import { keysOf } from '../../../steps/checks/secret-source.ts';

describe('the keys of a secret', () => {
  it('are told with the types of their values, never with a value', () => {
    const text = JSON.stringify({
      tenant: 'example-tenant',
      empty: '',
      count: 1,
      none: null,
      list: ['example-item'],
      inner: { a: 1 },
      on: true,
    });
    expect(keysOf(text)).toEqual({
      tenant: 'string',
      empty: 'empty string',
      count: 'number',
      none: 'null',
      list: 'array',
      inner: 'object',
      on: 'boolean',
    });
  });

  it('are counted, not quoted, where a name is none: it may be what somebody pasted in the wrong place', () => {
    const told = keysOf(JSON.stringify({ 'example pasted secret': 1, tenant: 'a', '-----BEGIN': '' }));
    expect(told).toEqual({ '(unusual name 1)': 'number', tenant: 'string', '(unusual name 3)': 'empty string' });
  });

  it.each([
    [null, 'no value'],
    [' \n', 'no value'],
    ['example-pasted-secret', 'no JSON object'],
    ['"example"', 'no JSON object'],
    ['null', 'no JSON object'],
    ['["example"]', 'no JSON object'],
  ])('are none in %j', (text, words) => {
    expect(keysOf(text)).toBe(words);
  });
});
