import { entry } from '../../../steps/contract/entry.ts';
import { image } from '../builders.ts';
import { release, stage } from '../incidents.ts';

const input = { release, stage, image, smoke: { checks: [], failure: null } };
const unlock = (answer: unknown = {}) => entry('UnlockStage', async () => answer as Record<string, never>);

it('hands the parsed input to the step and its output on', async () => {
  const seen: unknown[] = [];
  const run = entry('UnlockStage', async (given) => {
    seen.push(given);
    return {};
  });
  expect(await run(input)).toEqual({});
  expect(seen).toEqual([input]);
});

it.each<[string, unknown]>([
  ['lacks something', { release, stage, image }],
  ['has something else', { ...input, secret: 'example' }],
  ['is nothing', null],
])('runs no step on an input that %s', async (_, event) => {
  let ran = false;
  const run = entry('UnlockStage', async () => {
    ran = true;
    return {};
  });
  await expect(run(event)).rejects.toMatchObject({ name: 'ContractBroken', message: expect.stringContaining('its input does not fit') });
  expect(ran).toBe(false);
});

it('lets no output out that does not fit', async () => {
  await expect(unlock({ secret: 'example' })(input)).rejects.toMatchObject({
    name: 'ContractBroken',
    message: expect.stringContaining('UnlockStage: its output does not fit'),
  });
});

it('tells paths and rules, and no value', async () => {
  const event = { ...input, release: { ...release, commit: 'example-secret-value' } };
  await expect(unlock()(event)).rejects.toThrow(/release\.commit/);
  await expect(unlock()(event)).rejects.not.toThrow(/example-secret-value/);
});
