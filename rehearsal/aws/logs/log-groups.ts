import { ResourceAlreadyExistsException, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import type { Measure, World } from '../kernel.ts';
import { saying } from '../sdk-words.ts';
import { embeddedMetrics } from './embedded-metrics.ts';
import { insert, LogGroup, type LogStream } from './log-group.ts';

/** All log groups of the account. */
export class LogGroups {
  readonly #world: World;
  readonly #groups = new Map<string, LogGroup>();
  readonly #measure: Measure;
  #events = 0;

  /** @param measure told of every metric that lies embedded in a line */
  constructor(world: World, measure: Measure) {
    this.#world = world;
    this.#measure = measure;
  }

  now(): number {
    return this.#world.clock.now().getTime();
  }

  /** Ordered by name. */
  all(): LogGroup[] {
    return [...this.#groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): LogGroup | undefined {
    return this.#groups.get(name);
  }

  named(name: string): LogGroup {
    const group = this.find(name);
    if (!group) throw new ResourceNotFoundException(saying('The specified log group does not exist.'));
    return group;
  }

  create(name: string): LogGroup {
    if (this.find(name)) throw new ResourceAlreadyExistsException(saying('The specified log group already exists'));
    const group = new LogGroup(name, this.arn(name), this.now());
    this.#groups.set(name, group);
    return group;
  }

  /** With every line in it. */
  remove(name: string): void {
    this.named(name);
    this.#groups.delete(name);
  }

  append(stream: LogStream, message: string, timestamp: number = this.now()): void {
    for (const measurement of embeddedMetrics(message)) this.#measure(measurement);
    this.#events += 1;
    insert(stream, { timestamp, message, ingestionTime: this.now(), eventId: String(this.#events).padStart(56, '0') });
  }

  /** Without the `:*` that some APIs put at its end. */
  arn(name: string): string {
    return `arn:aws:logs:${this.#world.region}:${this.#world.account}:log-group:${name}`;
  }
}
