import { toleranceSeconds } from './signature.ts';

export interface Answer {
  status: number;
  body: object;
}

/** A timestamp may lie ahead by the tolerance and stay valid until it lies behind by the tolerance. */
const windowMs = 2 * toleranceSeconds * 1000;

/** A thousand a minute for the whole window. Beyond that the oldest is forgotten: work must be safe to repeat anyway. */
const capacity = 10_000;

/** Answers the second delivery of an event like the first, without a second run. A failed run is forgotten, so that a retry is a retry. */
export class Replays {
  private readonly now: () => number;
  private readonly limit: number;
  // A Map keeps the order of insertion: the first entries are the oldest.
  private readonly seen = new Map<string, { at: number; answer: Promise<Answer> }>();

  constructor(now: () => number = () => performance.now(), limit = capacity) {
    this.now = now;
    this.limit = limit;
  }

  once(id: string, run: () => Promise<Answer>): Promise<Answer> {
    this.forgetOld();
    const known = this.seen.get(id);
    if (known) return known.answer;
    const answer = run();
    const entry = { at: this.now(), answer };
    this.seen.set(id, entry);
    const forget = () => this.seen.get(id) === entry && this.seen.delete(id);
    answer.then(({ status }) => status >= 500 && forget(), forget);
    return answer;
  }

  get size(): number {
    return this.seen.size;
  }

  private forgetOld(): void {
    for (const [id, { at }] of this.seen) {
      if (this.seen.size < this.limit && this.now() - at < windowMs) return;
      this.seen.delete(id);
    }
  }
}
