import { fromItem, toAttribute, toItem } from '../../../steps/clients/attribute-values.ts';

describe('DynamoDB attribute values', () => {
  it('come back as they went in', () => {
    const item = { text: '', number: -1.5, yes: true, no: false, none: null, list: [1, 'a', [null]], map: { a: { b: [] } } };
    expect(fromItem(toItem(item))).toEqual(item);
  });

  it('leave absent members out', () => {
    expect(toItem({ a: undefined, b: { c: undefined } })).toEqual({ b: { M: {} } });
  });

  it.each([[new Date(0)], [Number.NaN], [() => 1], [10n]])('refuse what has no JSON form: %p', (value) => {
    expect(() => toAttribute(value)).toThrow('cannot be stored');
  });

  it('refuse to guess at types that nothing of ours writes', () => {
    expect(() => fromItem({ set: { SS: ['a'] } })).toThrow('type SS');
  });
});
