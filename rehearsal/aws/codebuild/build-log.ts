import {
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';

const flushMilliseconds = 200;
const eventsPerCall = 1000;

/** Writes a build's output to CloudWatch Logs as the project's role, in order, without holding the build up. */
export class BuildLog {
  readonly group: string;
  readonly stream: string;
  readonly #client: CloudWatchLogsClient;
  #pending: { timestamp: number; message: string }[] = [];
  #writing: Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #failure: unknown;

  constructor(client: CloudWatchLogsClient, group: string, stream: string) {
    this.#client = client;
    this.group = group;
    this.stream = stream;
    this.#writing = this.#open().catch((error: unknown) => {
      this.#failure = error;
    });
  }

  /** Resolves when the stream is there; rejects when the role may not write it. */
  async opened(): Promise<void> {
    await this.#writing;
    if (this.#failure) throw this.#failure;
  }

  write(message: string): void {
    this.#pending.push({ timestamp: Date.now(), message });
    this.#timer ??= setTimeout(() => this.#flush(), flushMilliseconds);
  }

  /** A line of the build's own, as CodeBuild words it. */
  announce(message: string): void {
    const now = new Date().toISOString();
    this.write(`[Container] ${now.slice(0, 10).replaceAll('-', '/')} ${now.slice(11, 23)} ${message}`);
  }

  /** Writes what is left. Rejects with the first write that failed. */
  async close(): Promise<void> {
    this.#flush();
    await this.opened();
    this.#client.destroy();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = this.#pending.splice(0);
    this.#writing = this.#writing
      .then(() => this.#put(events))
      .catch((error: unknown) => {
        this.#failure ??= error;
      });
  }

  async #put(events: { timestamp: number; message: string }[]): Promise<void> {
    if (this.#failure) return;
    for (let at = 0; at < events.length; at += eventsPerCall) {
      const logEvents = events.slice(at, at + eventsPerCall);
      await this.#client.send(new PutLogEventsCommand({ logGroupName: this.group, logStreamName: this.stream, logEvents }));
    }
  }

  async #open(): Promise<void> {
    const stream = new CreateLogStreamCommand({ logGroupName: this.group, logStreamName: this.stream });
    try {
      await this.#client.send(stream);
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
      await this.#client.send(new CreateLogGroupCommand({ logGroupName: this.group })).catch(exists);
      await this.#client.send(stream);
    }
  }
}

/** Another build may have made the group in between. */
function exists(error: unknown): void {
  if (!(error instanceof ResourceAlreadyExistsException)) throw error;
}
