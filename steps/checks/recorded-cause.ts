import type { Diagnosis } from '../contract/failure.ts';
import { Recording } from '../contract/recording.ts';
import { stoppedTaskLine } from './evidence-lines.ts';
import { judgeLines } from './judge-lines.ts';
import { recordedTask } from './recorded-task.ts';

type Line = Parameters<typeof judgeLines>[0][number];

/**
 * Names the cause from what the recorder kept, and from nothing else: no bundle, no machine, no AWS. null when no rule knows it.
 * @param texts objects of the recorder by key
 */
export function recordedCause(texts: ReadonlyMap<string, string>): Pick<Diagnosis, 'cause' | 'confidence' | 'sentence'> | null {
  return judgeLines([...texts].flatMap(([key, text]) => (key.endsWith('.json') ? eventLines(text) : logLines(text))));
}

const logLines = (text: string): Line[] =>
  // Each line begins with its time.
  text.split('\n').map((line) => ({ source: 'task-log', text: line.slice(line.indexOf(' ') + 1) }));

function eventLines(text: string): Line[] {
  const { kind, event } = Recording.parse(JSON.parse(text));
  const { detail } = event;
  if (kind === 'task-stopped') return [{ source: 'stopped-task', text: stoppedTaskLine(recordedTask(event)) }];
  if (kind === 'service-action' || kind === 'deployment-failed') {
    return [{ source: 'service', text: [detail['eventName'], detail['reason']].filter(Boolean).join(': ') }];
  }
  const { status, 'status-reason': reason } = (detail['status-details'] ?? {}) as Record<string, string>;
  return [{ source: 'stack-events', text: `${detail['logical-resource-id'] ?? 'the stack'} ${status}: ${reason}` }];
}
