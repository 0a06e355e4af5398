import { ResourceAlreadyExistsException, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import { saying } from '../sdk-words.ts';

export interface LogEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
  /** Digits that order all events of the account. */
  readonly eventId: string;
}

export interface LogStream {
  readonly name: string;
  readonly created: number;
  /** In the order of their timestamps. */
  readonly events: LogEvent[];
}

/** One log group and its streams. */
export class LogGroup {
  readonly name: string;
  readonly arn: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  retentionInDays: number | undefined;
  readonly #streams = new Map<string, LogStream>();

  constructor(name: string, arn: string, created: number) {
    this.name = name;
    this.arn = arn;
    this.created = created;
  }

  /** Ordered by name. */
  streams(): LogStream[] {
    return [...this.#streams.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): LogStream | undefined {
    return this.#streams.get(name);
  }

  stream(name: string): LogStream {
    const stream = this.find(name);
    if (!stream) throw new ResourceNotFoundException(saying('The specified log stream does not exist.'));
    return stream;
  }

  createStream(name: string, created: number): LogStream {
    if (this.find(name)) throw new ResourceAlreadyExistsException(saying('The specified log stream already exists'));
    const stream = { name, created, events: [] };
    this.#streams.set(name, stream);
    return stream;
  }

  removeStream(name: string): void {
    this.stream(name);
    this.#streams.delete(name);
  }
}

/** Puts an event where its timestamp belongs; after those of the same instant. */
export function insert(stream: LogStream, event: LogEvent): void {
  let at = stream.events.length;
  while (at > 0 && stream.events[at - 1]!.timestamp > event.timestamp) at -= 1;
  stream.events.splice(at, 0, event);
}
