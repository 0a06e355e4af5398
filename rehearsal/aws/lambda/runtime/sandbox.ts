import { randomBytes } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { entryOf, type FunctionCode } from '../function.ts';

/** An error as Lambda puts it into the payload. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export type Ended = { readonly ok: string } | { readonly failed: FunctionError };

interface Message {
  readonly ready?: true;
  readonly id?: number;
  readonly ok?: string;
  readonly failed?: FunctionError;
  readonly crashed?: FunctionError;
  readonly output?: string;
  readonly entry?: string;
}

// V8 needs room of its own: below this the bundles' own modules do not fit.
const LEAST_HEAP_MB = 128;

/** One execution environment: a worker thread that runs one function's handler, one invocation at a time. */
export class Sandbox {
  readonly code: FunctionCode;
  readonly logStream: string;
  /** Resolves when the module is loaded; to an error when it cannot be. */
  readonly ready: Promise<FunctionError | undefined>;
  /** Writes one event to the function's log. */
  readonly log: (line: string) => void;
  readonly #worker: Worker;
  #rest = '';
  #invocations = 0;
  #crash: FunctionError | undefined;
  #gone: string | undefined;
  #waiting: ((ended: Ended) => void) | undefined;

  /** @param environment made for the log stream's name */
  constructor(
    code: FunctionCode,
    environment: (logStream: string) => Record<string, string>,
    log: (stream: string, line: string) => void,
    now: Date,
  ) {
    this.code = code;
    this.logStream = `${now.toISOString().slice(0, 10).replaceAll('-', '/')}/[${code.version}]${randomBytes(16).toString('hex')}`;
    this.log = (line) => log(this.logStream, line);
    const { file, name } = entryOf(code);
    this.#worker = new Worker(new URL('./bootstrap.mjs', import.meta.url), {
      env: environment(this.logStream),
      workerData: { file: pathToFileURL(file).href, name, handler: code.handler },
      // A small nursery: with several functions at work, what V8 takes by itself is most of a rehearsal's memory.
      resourceLimits: { maxOldGenerationSizeMb: Math.max(LEAST_HEAP_MB, code.memorySize), maxYoungGenerationSizeMb: 8 },
      // The parent's own loaders and flags are not the function's.
      execArgv: [],
    });
    // A warm worker must not keep a finished rehearsal alive.
    this.#worker.unref();
    this.ready = new Promise((resolve) => this.#listen(resolve));
  }

  get alive(): boolean {
    return this.#gone === undefined;
  }

  /** Runs the handler once. Resolves also when the runtime dies under it; the caller ends it when it takes too long. */
  invoke(requestId: string, event: string, invokedFunctionArn: string, deadline: number): Promise<Ended> {
    this.#invocations += 1;
    const { name, version, memorySize, logGroup } = this.code;
    const context = {
      functionName: name,
      functionVersion: version,
      invokedFunctionArn,
      memoryLimitInMB: String(memorySize),
      awsRequestId: requestId,
      logGroupName: logGroup,
      logStreamName: this.logStream,
    };
    return new Promise((resolve) => {
      this.#waiting = (ended) => {
        this.#waiting = undefined;
        this.#flush();
        resolve('failed' in ended ? { failed: named(ended.failed, requestId) } : ended);
      };
      if (this.#gone !== undefined) this.#waiting({ failed: exited(this.#gone) });
      else this.#worker.postMessage({ id: this.#invocations, event, context, deadline });
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #listen(ready: (failed: FunctionError | undefined) => void): void {
    this.#worker.on('message', (message: Message) => {
      if (message.entry !== undefined) this.log(message.entry);
      else if (message.output !== undefined) this.#output(message.output);
      else if (message.crashed) this.#crash = message.crashed;
      else if (message.ready) ready(undefined);
      else if (message.id === undefined) ready(message.failed);
      else if (message.id === this.#invocations) this.#waiting?.(message as Ended);
    });
    this.#worker.on('error', (error: NodeJS.ErrnoException) => {
      this.#gone =
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? 'Runtime exited with error: signal: killed'
          : `Runtime exited with error: ${error.message}`;
    });
    this.#worker.on('exit', (status) => {
      this.#gone ??= status === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${status}`;
      const failed = this.#crash ?? exited(this.#gone);
      ready(failed);
      this.#waiting?.({ failed });
    });
  }

  /** Output becomes log events line by line; what has no end yet waits for it. */
  #output(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.log(line);
  }

  #flush(): void {
    if (this.#rest) this.log(this.#rest);
    this.#rest = '';
  }
}

const exited = (what: string): FunctionError => ({ errorType: 'Runtime.ExitError', errorMessage: `Error: ${what}` });

/** Errors of the platform begin with the request they ended. */
const named = (failed: FunctionError, requestId: string): FunctionError =>
  failed.errorType === 'Runtime.ExitError' ? { ...failed, errorMessage: `RequestId: ${requestId} ${failed.errorMessage}` } : failed;
