import { constants } from 'node:os';

/** What a shell, Node, ECS and our container mean by the codes that containers end with. */
const meanings: Readonly<Record<number, string>> = {
  0: 'it ended without an error; a service must not end',
  1: 'an error of its own',
  2: 'the shell or the program did not understand how it was called',
  78: 'it refused its configuration',
  126: 'its command was found but may not be executed',
  127: 'its command is not in the image',
  137: 'killed (SIGKILL): out of memory, or it did not stop when asked',
  139: 'native code crashed (SIGSEGV)',
  143: 'it was told to stop (SIGTERM) and did',
  255: 'it could not be executed, or ended with -1',
};

/** From here on, up to 128 + 64, the code says which signal ended the process. */
const signalBase = 128;

/** What an exit code means, in words; null when it means what the program says it does. @param code 0–255 */
export function meaningOfExit(code: number): string | null {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - signalBase)?.[0];
  return meanings[code] ?? (signal ? `ended by ${signal}` : null);
}
