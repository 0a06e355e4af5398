import type { Moment } from '../story.ts';
import type { View } from './view.ts';
import { duration, oneLine } from './words.ts';

/** One line a moment, for logs and terminals that are none. Steps that are done say nothing: the next one's line says it. */
export class LinesView implements View {
  private readonly begin: number;
  private readonly print: (line: string) => void;

  /** @param begin when the release began, in milliseconds since the epoch */
  constructor(begin: number, print: (line: string) => void = console.log) {
    this.begin = begin;
    this.print = print;
  }

  tell({ at, stage, state, event, text }: Moment): void {
    if (event === 'done') return;
    const since = duration(Math.max(0, Date.parse(at) - this.begin)).padStart(8);
    const words = { entered: '', waiting: `waiting for ${oneLine(text ?? '')}`, failed: `✗ ${oneLine(text ?? '')}` }[event];
    this.print(`${since}  ${(stage ?? '').padEnd(8)}  ${words ? state.padEnd(18) : state}${words && `  ${words}`}`);
  }

  async pause(): Promise<void> {}

  async end(): Promise<void> {}
}
