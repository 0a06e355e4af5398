import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import pino from 'pino';
import type { Clock } from '../../../container/src/clock.ts';
import { parseSecret, parseStackArn, quiltOutputs } from '../../../container/src/config/index.ts';
import type { Resolved } from '../../../container/src/configuration.ts';
import type { Metric } from '../../../container/src/metrics.ts';
import { createProcessEvent } from '../../../container/src/packaging/process-event.ts';
import type { QueuedEvent } from '../../../container/src/work/queued-event.ts';

/** What the parent asks: one event at a time, or an end to the one that is worked on. */
export type Asked = { event: QueuedEvent; attempt: number } | 'stop';

export interface Told {
  /** Name and message, when the event failed. */
  error?: { name: string; message: string };
  metrics: { metric: Metric; value: number }[];
  /** The most memory that this process ever had, bytes. */
  peakBytes: number;
}

/** A service's packaging in a process of its own: it trusts and reaches what its environment names, and its memory is its own. */
const { SECRET = '', OUTPUTS = '', STACK = '', TIME_SCALE = '1' } = process.env;
const scale = Number(TIME_SCALE);
const clock: Clock = {
  now: () => performance.now() / scale,
  async sleep(milliseconds, signal) {
    signal?.throwIfAborted();
    await wait(milliseconds * scale, undefined, { signal }).catch(() => signal?.throwIfAborted());
  },
};

/** Linux counts into `maxRSS` what the parent held when it forked; the high-water mark of the process begins with its own program. */
function peakBytes(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
}

function resolved(): Resolved {
  const secret = parseSecret(SECRET);
  const quilt = quiltOutputs(JSON.parse(OUTPUTS) as Record<string, string>);
  if (!secret.ok || !quilt.ok) throw new Error('the example configuration cannot be used');
  return { secret: secret.config, quilt, secretName: 'example', versionId: 'example' };
}

const stack = parseStackArn(STACK);
if (!stack.ok) throw new Error(stack.rule);
const log = pino();
const processEvent = createProcessEvent({ stack, variables: process.env, resolved, refresh: async () => {}, log, clock });
let stop = new AbortController();

process.on('message', (asked: Asked) => {
  if (asked === 'stop') return stop.abort(new Error('The task stops'));
  stop = new AbortController();
  const metrics: Told['metrics'] = [];
  const context = { signal: stop.signal, log, metrics: { add: (metric: Metric, value: number) => void metrics.push({ metric, value }) } };
  const tell = (error?: Error) => {
    const told: Told = { metrics, peakBytes: peakBytes() };
    process.send?.(error ? { ...told, error: { name: error.name, message: error.message } } : told);
  };
  processEvent(asked.event, { ...context, attempt: asked.attempt }).then(() => tell(), tell);
});
