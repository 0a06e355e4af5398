import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCalls } from '../../rehearsal/call-log.ts';
import { readCheckout } from '../../rehearsal/checkout.ts';
import { faultNamed } from '../../rehearsal/faults/catalogue.ts';
import type { Fault } from '../../rehearsal/faults/fault.ts';
import { Rehearsal } from '../../rehearsal/rehearsal.ts';
import { projectRoot } from '../connection.ts';
import { Interruption } from '../interruption.ts';
import { openKeptRelease } from '../kept-releases.ts';
import { rehearseRelease, releaseBefore } from '../rehearse-release.ts';
import { compareWithBackstop } from './backstop.ts';
import type { Answer, LaneSettings, Order } from './orders.ts';
import { rowOf } from './row.ts';

/** Serves orders of the parent, one at a time, in one rehearsed world, until it is told to end. */
export async function runLane(): Promise<void> {
  const interruption = new Interruption();
  const settings = JSON.parse(process.argv[2] ?? '{}') as LaneSettings;
  const tell = (answer: Answer) => process.send?.(answer);
  const world = await World.open(settings, interruption.signal);
  try {
    tell({ kind: 'ready' });
    for await (const order of orders(interruption.signal)) {
      if (order.kind === 'end') break;
      try {
        tell(order.kind === 'fault' ? await world.rehearse(order.fault) : await world.compare());
      } catch (error) {
        if (interruption.happened) break;
        tell({ kind: 'broken', error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
        break;
      }
    }
  } finally {
    await world.close();
    interruption.dispose();
    process.disconnect?.();
  }
}

async function* orders(signal: AbortSignal): AsyncGenerator<Order> {
  const waiting: Order[] = [];
  let wake = () => {};
  process.on('message', (order: Order) => {
    waiting.push(order);
    wake();
  });
  // A parent that is gone gives no more orders.
  process.on('disconnect', () => {
    waiting.push({ kind: 'end' });
    wake();
  });
  signal.addEventListener('abort', () => {
    waiting.push({ kind: 'end' });
    wake();
  });
  for (;;) {
    const next = waiting.shift();
    if (next) yield next;
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
}

/** Sandboxes that stay warm: one of every function, and some of those that are called side by side. Many releases meet each of them. */
const warm = 40;

/** One rehearsal that meets one fault after the other, each under a higher tag. */
class World {
  private readonly rehearsal: Rehearsal;
  private readonly signal: AbortSignal;
  private patch = 0;
  /** What runs in every stage. */
  private before: string | null = null;

  private constructor(rehearsal: Rehearsal, signal: AbortSignal) {
    this.rehearsal = rehearsal;
    this.signal = signal;
  }

  static async open({ timeScale, containers }: LaneSettings, signal: AbortSignal): Promise<World> {
    const checkout = await readCheckout(projectRoot);
    const rehearsal = await Rehearsal.start({ checkout, timeScale, containers, warm });
    Object.assign(process.env, rehearsal.parts.environment);
    return new World(rehearsal, signal);
  }

  async rehearse(name: string): Promise<Answer> {
    const fault = faultNamed(name)!;
    if (fault.on === 'update') await this.somethingToUpdate();
    const { before } = this;
    const tag = this.nextTag();
    const { kept, release } = await this.meet(fault, tag);
    if (release.outcome === 'released') this.before = tag;
    const row = await rowOf(fault, release, kept);
    return {
      kind: 'row',
      row,
      world: row.ok && release.outcome !== 'not-recovered' ? (this.before ? 'updated' : 'fresh') : 'spoilt',
      before,
    };
  }

  async compare(): Promise<Answer> {
    await this.somethingToUpdate();
    const tag = this.nextTag();
    return {
      kind: 'comparison',
      comparison: await compareWithBackstop(this.rehearsal, tag, (fault) => this.meet(fault, tag).then(({ release }) => release)),
    };
  }

  close(): Promise<void> {
    return this.rehearsal.close();
  }

  private async meet(fault: Fault, tag: string) {
    const { id, home } = this.rehearsal.parts;
    const kept = await openKeptRelease(projectRoot, tag, id);
    const log = join(home, 'calls.jsonl');
    const seen = (await readCalls(log)).length;
    const { before, signal } = this;
    const approval = fault.approve ?? 'yes';
    const release = await rehearseRelease(this.rehearsal, { tag, before, fault, approval, kept, signal, quiet: true });
    const calls = (await readCalls(log)).slice(seen);
    await writeFile(join(kept, 'calls.jsonl'), calls.map((call) => `${JSON.stringify(call)}\n`).join(''));
    // Of all that happened in this world so far: each is listed once.
    await writeFile(join(kept, 'permissions.json'), `${JSON.stringify(this.rehearsal.parts.cloud.iam.asked())}\n`);
    return { kept, release };
  }

  private async somethingToUpdate(): Promise<void> {
    this.before ??= await releaseBefore(this.rehearsal, this.nextTag(), this.signal, true);
  }

  private nextTag(): string {
    return `v1.${this.patch++}.0`;
  }
}
