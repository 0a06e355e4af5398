/** What ECS asks of whatever runs its containers. */
export interface ContainerSpec {
  readonly taskArn: string;
  /** `repository@sha256:…`, or with a tag */
  readonly image: string;
  /** Replaces the image's command. @default - the image's own */
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
  /** All that the container sees besides what its image sets. */
  readonly environment: Readonly<Record<string, string>>;
  /** The free port of this machine that PORT names. */
  readonly port: number;
  /** @default - the image's own */
  readonly user?: string;
  /** @default false */
  readonly readonlyRoot?: boolean;
  /** Folders that stay writable under a read-only root, empty at the start. @default none */
  readonly scratch?: readonly string[];
  /** What the task's platform runs: an image of another architecture ends with `exec format error`. */
  readonly architecture: 'amd64' | 'arm64';
  /** 1024 is one core. Not enforced for processes. */
  readonly cpu?: number;
  /** MiB beyond which the container is killed. @default - no limit */
  readonly memory?: number;
}

export interface Exit {
  /** 128 + n after signal n */
  readonly exitCode: number;
  readonly signal?: string;
  readonly oomKilled?: boolean;
}

export interface RunningContainer {
  /** The container runtime's own id, as DescribeTasks shows it. */
  readonly runtimeId: string;
  /** `sha256:…` of the manifest that was pulled. */
  readonly imageDigest: string;
  /** Settles once, after the last line of output. */
  readonly exited: Promise<Exit>;
  /** Each line of stdout and stderr, also those written before anybody listened. */
  onLine(listener: (line: string) => void): void;
  /** Runs a command inside, for container health checks. @returns its exit code; 124 when it took too long */
  exec(command: readonly string[], timeoutMilliseconds: number): Promise<number>;
  /** SIGTERM, then SIGKILL after real seconds. Resolves when the container has exited. */
  stop(timeoutSeconds: number): Promise<void>;
}

export interface Executor {
  readonly kind: 'process' | 'docker';
  /** Pulls the image and starts it. Rejects with PullError or StartError. */
  start(spec: ContainerSpec): Promise<RunningContainer>;
  /** Ends every container that still runs. */
  close(): Promise<void>;
}

/** What every executor works with. */
export interface ExecutorWorld {
  readonly home: string;
  log(line: string): void;
}

/** Who pulls: base64 of `AWS:token`. */
export type Credentials = () => string;

/** The image could not be had; the message is the container runtime's, without ECS's own words before it. */
export class PullError extends Error {
  override readonly name = 'PullError';
}

/** The image is here but its process could not be started. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Splits output into lines and keeps what came before anybody listened. */
export class Lines {
  private readonly early: string[] = [];
  private listener?: (line: string) => void;

  onLine(listener: (line: string) => void): void {
    this.listener = listener;
    for (const line of this.early.splice(0)) listener(line);
  }

  say(line: string): void {
    if (this.listener) this.listener(line);
    else this.early.push(line);
  }

  /** Reads one stream to its end; a last line without a line break counts. */
  read(stream: NodeJS.ReadableStream): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.say(line);
    });
    stream.on('end', () => rest && this.say(rest));
  }
}
