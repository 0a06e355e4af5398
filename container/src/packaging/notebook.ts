import * as z from 'zod';
import { type Benchling, BenchlingError, parse } from '../clients/benchling.ts';
import type { Clock } from '../clock.ts';
import { PackagingRefused } from './errors.ts';

/** Becomes a part of keys, of a package's name and of a query's value. */
const displayId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/);

const entryShape = z.looseObject({
  id: z.string(),
  displayId,
  name: z.string().default(''),
  webURL: z.string().nullish(),
  creator: z.looseObject({ id: z.string().nullish(), name: z.string().nullish(), handle: z.string().nullish() }).nullish(),
  createdAt: z.string().nullish(),
  modifiedAt: z.string().nullish(),
});

/** What Benchling says of an entry, all of it; the fields that are named here are the ones we rely on. */
export type Entry = z.output<typeof entryShape>;

const Entries = z.object({ entry: entryShape });
const Started = z.object({ taskId: z.string().regex(/^[\w-]{1,128}$/) });
const Task = z.object({
  status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED']),
  message: z.string().nullish(),
  response: z.looseObject({ downloadURL: z.string().optional() }).nullish(),
});
const Canvas = z.object({ id: z.string(), resourceId: z.string().regex(/^\w[\w-]{0,127}$/) });

/** Longer than any export that was ever waited for: beyond it something is wrong on the other side. */
const exportWithinMs = 30 * 60_000;
const firstPollMs = 1000;
const longestPollMs = 30_000;

/** Benchling's notebook, as far as a package is made of it. */
export class Notebook {
  readonly #benchling: Pick<Benchling, 'ask'>;
  readonly #clock: Clock;

  constructor(benchling: Pick<Benchling, 'ask'>, clock: Clock) {
    this.#benchling = benchling;
    this.#clock = clock;
  }

  async entry(id: string, signal: AbortSignal): Promise<Entry> {
    return parse(Entries, await this.#benchling.ask(`/api/v2/entries/${id}`, { signal }), 'GET /api/v2/entries/{id}').entry;
  }

  /** Has the entry exported and waits for it. @returns the pre-signed address: to be used at once and kept nowhere */
  async exportEntry(id: string, signal: AbortSignal): Promise<string> {
    const asked = await this.#benchling.ask('/api/v2/exports', { method: 'POST', body: { id }, signal });
    const { taskId } = parse(Started, asked, 'POST /api/v2/exports');
    const deadline = this.#clock.now() + exportWithinMs;
    for (let wait = firstPollMs; ; wait = Math.min(longestPollMs, wait * 1.5)) {
      await this.#clock.sleep(wait, signal);
      const task = parse(Task, await this.#benchling.ask(`/api/v2/tasks/${taskId}`, { signal }), 'GET /api/v2/tasks/{id}');
      if (task.status === 'FAILED')
        throw new BenchlingError('an export', 200, `: it failed${task.message ? `: ${shorten(task.message)}` : ''}`);
      if (task.status === 'SUCCEEDED') return addressOf(task.response?.downloadURL);
      if (this.#clock.now() + wait > deadline) throw new BenchlingError('an export', 200, ': it was still running after 30 minutes');
    }
  }

  /** The entry that a canvas belongs to. */
  async entryOfCanvas(id: string, signal: AbortSignal): Promise<string> {
    const answer = await this.#benchling.ask(`/api/v2/app-canvases/${id}`, { signal });
    return parse(Canvas, answer, 'GET /api/v2/app-canvases/{id}').resourceId;
  }

  /** Replaces what a canvas shows. */
  async showCanvas(id: string, blocks: object[], signal: AbortSignal): Promise<void> {
    const answer = await this.#benchling.ask(`/api/v2/app-canvases/${id}`, { method: 'PATCH', body: { blocks, enabled: true }, signal });
    if (answer.status !== 200) throw new BenchlingError('PATCH /api/v2/app-canvases/{id}', answer.status);
  }
}

function addressOf(url: string | undefined): string {
  if (url !== undefined && URL.canParse(url)) return url;
  throw new BenchlingError('an export', 200, ': it succeeded without a download address');
}

const shorten = (text: string) => text.replace(/[^ -~]/g, ' ').slice(0, 200);

/** A 404 stays one: the entry was deleted, or the app may not see it. Worth no other try. */
export function refuseWhenGone(error: unknown, what: string): never {
  if (error instanceof BenchlingError && error.status === 404)
    throw new PackagingRefused(`Benchling has no ${what}, or this app may not see it.`, { cause: error });
  throw error;
}
