import { createHash, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { ReceiptHandleIsInvalid, SQSServiceException } from '@aws-sdk/client-sqs';
import type { World } from '../kernel.ts';
import { saying } from '../sdk-words.ts';
import { type Message, newMessage, type Outgoing } from './message.ts';

/** Attributes by their names in the API, all texts. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** AWS seconds that a FIFO queue remembers what it took. */
const DEDUPLICATION_SECONDS = 300;

const DEFAULTS: QueueAttributes = {
  VisibilityTimeout: '30',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
};

const refused = (name: string, message: string) => new SQSServiceException({ name, $fault: 'client', ...saying(message) });

/** One queue. Every span is in AWS seconds and passes by the rehearsal's clock. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  attributes: QueueAttributes;
  readonly #world: World;
  #messages: Message[] = [];
  #sequence = 0;
  readonly #arrivals = new EventEmitter().setMaxListeners(0);
  /** Deduplication id → what was accepted under it. */
  readonly #taken = new Map<string, Message>();

  constructor(world: World, name: string, arn: string, attributes: QueueAttributes) {
    this.#world = world;
    this.name = name;
    this.arn = arn;
    this.created = world.clock.now();
    this.attributes = { ...DEFAULTS, ...attributes };
  }

  get fifo(): boolean {
    return this.attributes['FifoQueue'] === 'true';
  }

  /** Where messages go that were received too often. */
  get redrive(): { readonly arn: string; readonly after: number } | undefined {
    const text = this.attributes['RedrivePolicy'];
    if (!text) return undefined;
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(text);
    return { arn: deadLetterTargetArn, after: Number(maxReceiveCount) };
  }

  send(outgoing: Outgoing): Message {
    const now = this.#now();
    const delay = this.#ms(outgoing.delaySeconds ?? this.seconds('DelaySeconds'));
    if (!this.fifo) return this.#keep(newMessage(outgoing, now, delay));
    if (!outgoing.groupId) throw refused('MissingParameter', 'The request must contain the parameter MessageGroupId.');
    const id = outgoing.deduplicationId ?? this.#contentId(outgoing.body);
    const key = this.attributes['DeduplicationScope'] === 'messageGroup' ? `${outgoing.groupId} ${id}` : id;
    const earlier = this.#taken.get(key);
    if (earlier && now - earlier.sent < this.#ms(DEDUPLICATION_SECONDS)) return earlier;
    this.#sequence += 1;
    const message = this.#keep(newMessage({ ...outgoing, deduplicationId: id }, now, delay, this.#sequence));
    this.#taken.set(key, message);
    return message;
  }

  /** A message that another queue gave up: it keeps its id and its time. */
  adopt(message: Message): void {
    this.#keep({ ...message, visibleAt: this.#now(), receiveCount: 0, receipt: undefined });
  }

  /** Resolves when a message arrives, or after so many real milliseconds. */
  arrival(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#arrivals.off('message', done);
        resolve();
      };
      // Who waits for nothing else keeps no process alive.
      const timer = setTimeout(done, milliseconds).unref();
      this.#arrivals.on('message', done);
    });
  }

  /**
   * Takes what is visible, oldest first.
   * @param give gets what was received too often
   */
  receive(most: number, visibilitySeconds: number | undefined, give: (message: Message) => void): Message[] {
    const received: Message[] = [];
    // A group whose message is out or waits is closed: the ones behind must not overtake it.
    const closed = new Set<string>();
    for (const message of [...this.#messages]) {
      if (received.length >= most) break;
      const group = message.groupId ?? '';
      if (this.fifo && closed.has(group)) continue;
      if (message.visibleAt > this.#now()) closed.add(group);
      else if (this.redrive && message.receiveCount >= this.redrive.after) {
        this.#drop(message);
        give(message);
      } else received.push(this.#hand(message, visibilitySeconds));
    }
    return received;
  }

  /** Deleting twice is no error; a receipt that was never given is one. */
  delete(receipt: string): void {
    const message = this.#byReceipt(receipt);
    if (message) this.#drop(message);
  }

  changeVisibility(receipt: string, seconds: number): void {
    const message = this.#byReceipt(receipt);
    if (!message || message.visibleAt <= this.#now()) {
      throw refused(
        'InvalidParameterValue',
        `Value ${receipt} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    }
    message.visibleAt = this.#now() + this.#ms(seconds);
  }

  purge(): void {
    this.#messages = [];
  }

  /** How many wait to be received, are out with somebody, are delayed. */
  counts(): { visible: number; inFlight: number; delayed: number } {
    const hidden = this.#messages.filter(({ visibleAt }) => visibleAt > this.#now());
    const inFlight = hidden.filter(({ receiveCount }) => receiveCount > 0).length;
    return { visible: this.#messages.length - hidden.length, inFlight, delayed: hidden.length - inFlight };
  }

  /** Everything in the queue, oldest first. */
  messages(): readonly Message[] {
    return this.#messages;
  }

  seconds(attribute: string): number {
    return Number(this.attributes[attribute] ?? 0);
  }

  #hand(message: Message, visibilitySeconds: number | undefined): Message {
    message.receiveCount += 1;
    message.firstReceived ??= this.#now();
    message.visibleAt = this.#now() + this.#ms(visibilitySeconds ?? this.seconds('VisibilityTimeout'));
    message.receipt = Buffer.from(`${this.name} ${message.id} ${randomBytes(9).toString('base64url')}`).toString('base64');
    return { ...message };
  }

  #keep(message: Message): Message {
    this.#messages.push(message);
    this.#arrivals.emit('message');
    return message;
  }

  #drop(message: Message): void {
    this.#messages = this.#messages.filter(({ id }) => id !== message.id);
  }

  #byReceipt(receipt: string): Message | undefined {
    const [queue, id] = Buffer.from(receipt, 'base64').toString().split(' ');
    if (queue !== this.name || !id) throw new ReceiptHandleIsInvalid(saying('The input receipt handle is invalid.'));
    return this.#messages.find((message) => message.id === id && message.receipt === receipt);
  }

  #contentId(body: string): string {
    if (this.attributes['ContentBasedDeduplication'] === 'true') return createHash('sha256').update(body).digest('hex');
    throw refused(
      'InvalidParameterValue',
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }

  #now(): number {
    return this.#world.clock.now().getTime();
  }

  #ms(seconds: number): number {
    return this.#world.clock.milliseconds(seconds);
  }
}
