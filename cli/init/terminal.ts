import { createInterface } from 'node:readline/promises';
import type { Ask } from './answers.ts';

/** Ctrl-C or the end of the input, in the midst of a question. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

/** Where a person answers; null where input or output is no terminal. */
export function openTerminal(): { readonly ask: Ask; close(): void } | null {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return null;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // A question that is cut off is never answered, and nothing else would keep the process alive.
  const cutOff = new Promise<never>((_, reject) => terminal.once('close', () => reject(new Unanswered('the question was not answered'))));
  cutOff.catch(() => {});
  return { ask: (question) => Promise.race([terminal.question(question), cutOff]), close: () => terminal.close() };
}
