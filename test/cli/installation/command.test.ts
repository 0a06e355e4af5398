import { jest } from '@jest/globals';
import { main } from '../../../cli/main.ts';

describe('doctor without a stage', () => {
  const said: string[] = [];
  beforeEach(() => {
    said.length = 0;
    jest.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
  });
  afterEach(() => jest.restoreAllMocks());

  it.each(['--clear', '--yes'])('frees nothing: %s is refused before anything is looked at', async (flag) => {
    expect(await main(['doctor', flag])).toBe(2);
    expect(said).toEqual(['--clear: expected a stage. Next: npx release status']);
  });
});
