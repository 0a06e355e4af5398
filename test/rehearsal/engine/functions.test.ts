import { give, run } from './harness.ts';

const value = async (expression: string) => (await run({ Give: give(expression) })).output;
const failure = async (expression: string) => (await run({ Give: give(expression) })).cause;

describe("Step Functions' own JSONata functions", () => {
  it.each([
    ['$partition([1, 2, 3, 4, 5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range(0, 10, 5)', [0, 5, 10]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ["$hash('example', 'SHA-256')", '50d858e0985ecc7f60418aaf0cc5ab587f42c2570a884095a9e8ccacd0f6545c'],
    ["$hash('example', 'MD5')", '1a79a4d60de6718e8e5b326e338ae533'],
    ['$parse(\'{"a":[1]}\')', { a: [1] }],
    ['$random(7) = $random(7)', true],
    ['$random(7) = $random(8)', false],
    ['$random() < 1', true],
    ['$match($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4/).index', 0],
  ])('%s', async (expression, expected) => {
    expect(await value(expression)).toEqual(expected);
  });

  it.each([
    ['$range(1, 5000, 1)', '$range: 5000 items, expected at most 1000'],
    ["$hash('a', 'CRC')", '$hash: algorithm CRC, expected one of MD5, SHA-1, SHA-256, SHA-384, SHA-512'],
    ['$partition([1], 0)', '$partition: expected an array and a size above 0'],
    ["$error('stop')", 'stop'],
  ])('%s fails the evaluation', async (expression, message) => {
    expect(await failure(expression)).toContain(`threw an error during evaluation.`);
    expect(await failure(expression)).toContain(message);
  });

  it('gives no function as data', async () => {
    expect(await failure('function($x) { $x }')).toContain('returned an unsupported result type.');
    expect(await failure('$sum')).toContain('returned an unsupported result type.');
  });

  it('leaves a string that is no expression as it is', async () => {
    expect((await run({ Give: { Type: 'Pass', Output: { a: '{not}', b: ['$states.input'] }, End: true } })).output).toEqual({
      a: '{not}',
      b: ['$states.input'],
    });
  });
});
