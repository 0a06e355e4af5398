import { Listr, PRESET_TIMER } from 'listr2';
import type { Moment } from '../story.ts';
import type { View } from './view.ts';
import { duration, oneLine } from './words.ts';

/** Steps of the failure path stand under their own heading, whatever stage they belong to. */
const afterFailure = new Set(['CollectDiagnostics', 'Diagnose', 'RollBack', 'WatchRollback', 'ProveRollback', 'Report']);

/** The step that moves on the screen: the list turns until `finish` is called. */
interface Row {
  finish(failed?: string): void;
  say(text: string): void;
}

/**
 * The live view: a heading for each stage, a row for each step with its time, the newest turning and saying what it waits for. The
 * machine decides what comes next, so rows are made as it goes, one list each.
 */
export class TasksView implements View {
  private heading = '';
  private row: Row | null = null;
  /** Lists run one after the other: two would fight for the screen. */
  private shown: Promise<unknown> = Promise.resolve();

  tell({ stage, state, event, text }: Moment): void {
    if (event === 'entered') {
      this.row?.finish();
      this.row = this.open(headingOf(stage, state), state);
    } else if (event === 'waiting') this.row?.say(`waiting for ${oneLine(text ?? '')}`);
    else {
      this.row?.finish(event === 'failed' ? oneLine(text ?? '') : undefined);
      this.row = null;
    }
  }

  async pause(): Promise<void> {
    this.row?.finish();
    this.row = null;
    await this.shown;
  }

  async end(): Promise<void> {
    this.row?.finish();
    await this.shown;
  }

  private open(heading: string, state: string): Row {
    let settle: (failed?: string) => void = () => {};
    const settled = new Promise<string | undefined>((resolve) => {
      settle = resolve;
    });
    let words = '';
    const screen: { task?: { output: string } } = {};
    const list = new Listr(
      [
        {
          title: state,
          task: async (_, task) => {
            screen.task = task;
            task.output = words;
            const failed = await settled;
            if (failed) throw new Error(`${state}: ${failed}`);
          },
        },
      ],
      { exitOnError: false, rendererOptions: { timer: { ...PRESET_TIMER, field: duration } } },
    );
    this.shown = this.shown.then(() => {
      if (heading !== this.heading) console.log(`\n${heading}`);
      this.heading = heading;
      return list.run();
    });
    return {
      finish: settle,
      say: (text) => {
        words = text;
        if (screen.task) screen.task.output = text;
      },
    };
  }
}

function headingOf(stage: string | null, state: string): string {
  if (afterFailure.has(state)) return `keep the evidence, roll back, prove it${stage ? ` (${stage})` : ''}`;
  return stage ?? (state === 'CloseRelease' ? 'close' : 'before any stage');
}
