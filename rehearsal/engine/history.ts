import type { HistoryEvent as SdkHistoryEvent } from '@aws-sdk/client-sfn';
import { StatesError } from './errors.ts';
import { HISTORY_EVENTS } from './limits.ts';

/** One event in the exact shape that GetExecutionHistory gives. */
export type HistoryEvent = SdkHistoryEvent & { id: number; previousEventId: number; timestamp: Date; type: string };
export type Details = Omit<SdkHistoryEvent, 'id' | 'previousEventId' | 'timestamp' | 'type'>;

/** Where a line of execution stands: the id of the event that led here. A branch starts with a copy. */
export interface Cursor {
  event: number;
}

/** Payloads are kept whole here, so none is ever truncated. */
export const WHOLE = { truncated: false };

/** The events of one execution, numbered from 1. */
export class History {
  readonly events: HistoryEvent[] = [];
  readonly #onEvent: (event: HistoryEvent) => void;
  readonly #now: () => Date;
  #closed = false;

  constructor(now: () => Date, onEvent: (event: HistoryEvent) => void = () => {}) {
    this.#now = now;
    this.#onEvent = onEvent;
  }

  /** Records an event that what follows on this line comes from. */
  record(at: Cursor, type: SdkHistoryEvent['type'], details: Details = {}): void {
    const id = this.note(at.event, type, details);
    if (id) at.event = id;
  }

  /** Records an event beside the line: `…Succeeded` of a Map, say, is nobody's previous event. Gives its id, 0 after the end. */
  note(previousEventId: number, type: SdkHistoryEvent['type'], details: Details = {}): number {
    if (this.#closed) return 0;
    if (this.events.length >= HISTORY_EVENTS - 1) {
      throw new StatesError('States.Runtime', `The execution reached the maximum number of history events (${HISTORY_EVENTS}).`);
    }
    return this.#append(previousEventId, type, details);
  }

  /** Records how the execution ended. Whatever still unwinds afterwards leaves no trace. */
  close(previousEventId: number, type: SdkHistoryEvent['type'], details: Details): void {
    this.#append(previousEventId, type, details);
    this.#closed = true;
  }

  #append(previousEventId: number, type: SdkHistoryEvent['type'], details: Details): number {
    const event = { id: this.events.length + 1, previousEventId, timestamp: this.#now(), type, ...details } as HistoryEvent;
    this.events.push(event);
    this.#onEvent(event);
    return event.id;
  }
}
