import fc from 'fast-check';
import { eachText, span, visible } from '../../../steps/checks/outside-text.ts';

describe('visible', () => {
  it.each([
    ['a colour', '\u001b[1;31mred\u001b[0m', 'red'],
    ['a title and a link of a terminal', '\u001b]0;title\u0007\u001b]8;;https://example.com\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['a cleared screen', 'before\u001b[2J\u001b[Hafter', 'beforeafter'],
    ['a line that writes over itself', 'real\rfake', 'real\nfake'],
    ['control characters', 'a\u0000b\u0008c\u009bd\u007f', 'abcd'],
    ['a turned reading direction', 'invoice\u202efdp.exe', 'invoice[U+202E]fdp.exe'],
    ['letters without a width', 'pass\u200bword\ufeff', 'pass[U+200B]word[U+FEFF]'],
    ['tag letters', 'a\u{e0041}', 'a[U+E0041]'],
    ['separators that break a line for some', 'a\u2028b', 'a[U+2028]b'],
  ])('shows %s instead of obeying it', (_, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it.each(['plain', 'two\nlines\twith a tab', 'äöü 日本語 🚀', '[31m is no colour', '→ ✓ – “quoted”'])('leaves %j as it is', (text) => {
    expect(visible(text)).toBe(text);
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(visible(text))).toBe(visible(text));
      }),
    );
  });
});

describe('eachText', () => {
  it('changes each text at any depth, and nothing else', () => {
    const value = { a: 'x', b: [{ c: 'x', d: 1, e: null }], f: true };
    expect(eachText(value, (text) => `${text}!`)).toEqual({ a: 'x!', b: [{ c: 'x!', d: 1, e: null }], f: true });
  });
});

describe('span', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_000, '1.0 s'],
    [59_949, '59.9 s'],
    [59_950, '1 min 0 s'],
    [119_600, '2 min 0 s'],
    [3_599_000, '59 min 59 s'],
    [3_840_000, '1 h 4 min'],
  ])('%d ms is %s', (milliseconds, words) => {
    expect(span(milliseconds)).toBe(words);
  });
});
