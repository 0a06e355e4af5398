import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Fault } from '../../rehearsal/faults/fault.ts';
import type { Answer, LaneSettings, Order } from './orders.ts';

/** What is to be done, by the world that it needs. */
export interface Work {
  /** Faults of a first deploy: they need a world in which nothing is released. */
  readonly fresh: Fault[];
  /** Faults of an update, and what compares on one. */
  readonly updated: (Fault | 'comparison')[];
}
type World = 'fresh' | 'updated' | 'spoilt';

const laneProgram = fileURLToPath(new URL('lane.mjs', import.meta.url));

/**
 * Serves the work in one world after the other, until none is left. A world is left when it is spoilt, or when only faults of a first
 * deploy remain and something is released in it.
 * @param tell hears every answer, and what it answers
 * @param program what each lane runs
 */
export async function serve(
  work: Work,
  settings: LaneSettings,
  signal: AbortSignal,
  tell: (answer: Answer, of: string) => void,
  program = laneProgram,
): Promise<void> {
  while (!signal.aborted && work.fresh.length + work.updated.length > 0)
    await serveInOneWorld(work, new Lane(settings, program), signal, tell);
}

async function serveInOneWorld(work: Work, lane: Lane, signal: AbortSignal, tell: (answer: Answer, of: string) => void) {
  try {
    const ready = await lane.answer();
    for (let world: World = 'fresh'; world !== 'spoilt' && !signal.aborted; ) {
      const next: Fault | 'comparison' | undefined = (world === 'fresh' && work.fresh.shift()) || work.updated.shift();
      if (!next) break;
      const name: string = next === 'comparison' ? next : next.name;
      const order: Order = next === 'comparison' ? { kind: 'comparison' } : { kind: 'fault', fault: name };
      const answer: Answer = ready.kind === 'broken' ? ready : await lane.ask(order);
      tell(answer, name);
      world = answer.kind === 'row' ? answer.world : answer.kind === 'comparison' ? 'updated' : 'spoilt';
    }
  } finally {
    await lane.end();
  }
}

/** The process of one world. */
class Lane {
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  private said = '';

  constructor(settings: LaneSettings, program: string) {
    this.child = fork(program, [JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.said = (this.said + text).slice(-4000);
      });
    }
    this.ended = new Promise((resolve) => this.child.once('close', () => resolve()));
  }

  ask(order: Order): Promise<Answer> {
    const answer = this.answer();
    // One that ended meanwhile cannot be told: its answer says so.
    this.child.send(order, () => {});
    return answer;
  }

  /** Its next answer; a process that ends instead is broken, with its last words. */
  async answer(): Promise<Answer> {
    let listen = (_: Answer) => {};
    const answered = new Promise<Answer>((resolve) => {
      listen = resolve;
      this.child.once('message', listen);
    });
    const gone = this.ended.then((): Answer => ({ kind: 'broken', error: `the lane ended: ${this.said.trim()}` }));
    return Promise.race([answered, gone]).finally(() => this.child.off('message', listen));
  }

  async end(): Promise<void> {
    if (this.child.connected) this.child.send({ kind: 'end' } satisfies Order);
    await this.ended;
  }
}
