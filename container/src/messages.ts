import * as z from 'zod';
import { id } from './ids.ts';
import type { QueuedTask } from './work/queued-event.ts';

/** What a message asks of the service. */
export type Task = QueuedTask | { kind: 'note-lifecycle' };

export type Routed =
  | { outcome: 'task'; type: string; task: Task }
  /** A type that nobody asked for: acknowledged before any other work, so that the sender does not repeat it. */
  | { outcome: 'ignored'; type: string }
  | { outcome: 'invalid'; reason: string };

const tasks: Record<string, (message: object) => Task | string> = {
  'v2.entry.created': packageEntry,
  'v2.entry.updated.fields': packageEntry,
  'v2.entry.updated.reviewRecord': packageEntry,
  'v2.canvas.created': showCanvas,
  'v2-beta.canvas.created': showCanvas,
  'v2.canvas.initialized': showCanvas,
  'v2.canvas.userInteracted': pressButton,
  'v2.app.installed': noteLifecycle,
  'v2.app.activateRequested': noteLifecycle,
  'v2.app.deactivated': noteLifecycle,
  'v2-beta.app.configuration.updated': noteLifecycle,
};

export const messageTypes = Object.keys(tasks);

/** What every event has; the rest depends on its type. */
export const Envelope = z.object({ message: z.looseObject({ type: z.string().min(1).max(128) }) });

/** Reads an envelope (JSON bytes) and says what it asks for. One table for all routes: Benchling's stable routing has one for everything. */
export function routeMessage(body: Buffer): Routed {
  const envelope = Envelope.safeParse(readJson(body));
  if (!envelope.success) return { outcome: 'invalid', reason: 'the body is not an event: message.type is missing' };
  const { message } = envelope.data;
  const route = Object.hasOwn(tasks, message.type) ? tasks[message.type] : undefined;
  if (!route) return { outcome: 'ignored', type: message.type };
  const task = route(message);
  return typeof task === 'string' ? { outcome: 'invalid', reason: task } : { outcome: 'task', type: message.type, task };
}

// An event without its id is refused: guessing at another entry once packaged the wrong one.
function packageEntry(message: object): Task | string {
  const entryId = id.safeParse('resourceId' in message ? message.resourceId : undefined);
  return entryId.success ? { kind: 'package-entry', entryId: entryId.data } : 'message.resourceId is missing or no id';
}

function showCanvas(message: object): { kind: 'show-canvas'; canvasId: string } | string {
  const canvasId = id.safeParse('canvasId' in message ? message.canvasId : undefined);
  return canvasId.success ? { kind: 'show-canvas', canvasId: canvasId.data } : 'message.canvasId is missing or no id';
}

function pressButton(message: object): Task | string {
  const shown = showCanvas(message);
  const buttonId = id.safeParse('buttonId' in message ? message.buttonId : undefined);
  if (typeof shown === 'string') return shown;
  return buttonId.success ? { ...shown, kind: 'press-button', buttonId: buttonId.data } : 'message.buttonId is missing or no id';
}

function noteLifecycle(): Task {
  return { kind: 'note-lifecycle' };
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
