import { duration, oneLine } from '../../cli/view/words.ts';

describe('a duration', () => {
  it.each([
    [0, '0.0 s'],
    [1840, '1.8 s'],
    [59_949, '59.9 s'],
    [59_950, '1 min 0 s'],
    [119_999, '2 min 0 s'],
    [125_400, '2 min 5 s'],
  ])('of %d ms is %s', (milliseconds, words) => {
    expect(duration(milliseconds)).toBe(words);
  });
});

describe('a line of outside data', () => {
  it('is one line, without what could repaint the terminal', () => {
    expect(oneLine('  first\n\tsecond\u001b[2J\u0007  third \n')).toBe('first second[2J third');
  });

  it('is cut where the screen ends, and shows that it was', () => {
    expect(oneLine('abcdef', 6)).toBe('abcdef');
    expect(oneLine('abcdefg', 6)).toBe('abcde…');
  });
});
