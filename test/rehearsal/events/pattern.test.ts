import { compilePattern, type EventPattern } from '../../../rehearsal/aws/events/pattern.ts';

const event = {
  source: 'aws.codecommit',
  'detail-type': 'CodeCommit Repository State Change',
  resources: ['arn:aws:codecommit:us-east-1:111122223333:example'],
  detail: {
    event: 'referenceCreated',
    referenceName: 'v1.4.0',
    count: 3,
    tag: null,
    flag: true,
    parts: [{ a: 1 }, { a: 2, b: 'x' }],
    none: [],
  },
};

it.each<[string, EventPattern, boolean]>([
  ['one of several values', { source: ['aws.s3', 'aws.codecommit'] }, true],
  ['another value', { source: ['aws.s3'] }, false],
  ['all fields together', { source: ['aws.codecommit'], detail: { event: ['referenceDeleted'] } }, false],
  ['an element of an array', { resources: ['arn:aws:codecommit:us-east-1:111122223333:example'] }, true],
  ['an object in an array', { detail: { parts: { a: [2], b: ['x'] } } }, true],
  ['no single object in an array', { detail: { parts: { a: [1], b: ['x'] } } }, false],
  ['a number, not its text', { detail: { count: ['3'] } }, false],
  ['null and booleans', { detail: { tag: [null], flag: [true] } }, true],
  ['a prefix', { detail: { referenceName: [{ prefix: 'v1.' }] } }, true],
  ['a prefix in any case', { detail: { referenceName: [{ prefix: { 'equals-ignore-case': 'V1' } }] } }, true],
  ['a suffix', { detail: { referenceName: [{ suffix: '.1' }] } }, false],
  ['equal but for case', { source: [{ 'equals-ignore-case': 'AWS.CodeCommit' }] }, true],
  ['anything but a value', { detail: { event: [{ 'anything-but': 'referenceDeleted' }] } }, true],
  ['anything but some values', { detail: { event: [{ 'anything-but': ['referenceCreated', 'x'] }] } }, false],
  ['anything but prefixes', { detail: { event: [{ 'anything-but': { prefix: ['ref', 'x'] } }] } }, false],
  ['anything but, on a missing field', { detail: { missing: [{ 'anything-but': 'x' }] } }, false],
  ['a number in a range', { detail: { count: [{ numeric: ['>', 0, '<=', 3] }] } }, true],
  ['a number out of a range', { detail: { count: [{ numeric: ['<', 3] }] } }, false],
  ['a field that is there', { detail: { tag: [{ exists: true }] } }, true],
  ['a field that is not', { detail: { missing: [{ exists: false }] } }, true],
  ['an empty array as no field', { detail: { none: [{ exists: false }] } }, true],
  ['a wildcard', { detail: { referenceName: [{ wildcard: 'v*.*.0' }] } }, true],
  ['a wildcard that is a star', { detail: { referenceName: [{ wildcard: 'v\\*' }] } }, false],
  ['one of alternatives', { detail: { $or: [{ event: ['x'] }, { count: [3] }] } }, true],
  ['no alternative', { $or: [{ source: ['x'] }, { 'detail-type': ['y'] }] }, false],
])('a pattern of %s', (_, pattern, matches) => {
  expect(compilePattern(pattern)(event)).toBe(matches);
});

it('refuses what it does not know', () => {
  expect(() => compilePattern({ source: [{ cidr: '10.0.0.0/8' }] })).toThrow('Unrecognized match type {"cidr":"10.0.0.0/8"}');
  expect(() => compilePattern({ source: 'aws.s3' })).toThrow('"source" must be an object or an array');
  expect(() => compilePattern({ n: [{ numeric: ['~', 1] }] })).toThrow('Unrecognized numeric range operator: ~');
});
