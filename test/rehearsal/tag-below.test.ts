import semver from 'semver';
import { tagBelow } from '../../rehearsal/checkout.ts';

describe('the tag that is released before an update', () => {
  it.each([
    ['v1.4.2', 'v1.4.1'],
    ['v1.4.0', 'v1.3.0'],
    ['v2.0.0', 'v1.0.0'],
    ['v1.4.0-rc.1', 'v1.3.0'],
    ['v0.0.0', 'v0.0.0-0'],
    ['v0.0.0-alpha', 'v0.0.0-0'],
  ])('of %s is %s, which is older', (tag, below) => {
    expect(tagBelow(tag)).toBe(below);
    expect(semver.lt(below.slice(1), tag.slice(1))).toBe(true);
  });
});
