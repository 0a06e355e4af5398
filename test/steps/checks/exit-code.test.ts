import { meaningOfExit } from '../../../steps/checks/exit-code.ts';

describe('meaningOfExit', () => {
  it.each([
    [1, 'an error of its own'],
    [2, 'the shell or the program did not understand how it was called'],
    [78, 'it refused its configuration'],
    [126, 'its command was found but may not be executed'],
    [127, 'its command is not in the image'],
    [134, 'ended by SIGABRT'],
    [137, 'killed (SIGKILL): out of memory, or it did not stop when asked'],
    [139, 'native code crashed (SIGSEGV)'],
    [143, 'it was told to stop (SIGTERM) and did'],
    [255, 'it could not be executed, or ended with -1'],
  ])('%d: %s', (code, meaning) => {
    expect(meaningOfExit(code)).toBe(meaning);
  });

  it.each([3, 64, 200])('%d means what the program says that it means', (code) => {
    expect(meaningOfExit(code)).toBeNull();
  });
});
