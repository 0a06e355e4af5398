import { sha256 } from './hash.ts';

/** Names of a stage's two queues, by the name of its secret: as its foundation gives them (app-stack/work-queue.ts) and its service finds them. */
export function workQueueNames(secretName: string): { work: string; parked: string } {
  const name = `release-work-${sha256(secretName).slice(0, 32)}`;
  return { work: `${name}.fifo`, parked: `${name}-parked.fifo` };
}
