import { parseSecret, type Quilt, quiltOutputs, type SecretConfig } from './config/index.ts';
import { ConfigurationError } from './configuration-error.ts';
import type { Log } from './log.ts';

export interface Resolved {
  secret: SecretConfig;
  quilt: Quilt;
  /** Secrets Manager's friendly name, whatever form the environment gave. */
  secretName: string;
  /** Version of the secret that is in use. */
  versionId: string;
}

/** Where the configuration comes from. Both throw ConfigurationError for what no retry can cure, anything else for what one may. */
export interface ConfigurationSource {
  readSecret(): Promise<{ name: string; versionId: string; text: string }>;
  readOutputs(): Promise<Record<string, string>>;
}

export interface ConfigurationOptions {
  /** How long a read counts as fresh, milliseconds: refused tokens and health probes must not become a storm of calls. @default 10 s */
  freshMs?: number;
}

/**
 * The resolved configuration, re-read in the background. A new version that is broken changes nothing: the last good one stays in use,
 * and /health says so, because tasks that die of a bad rotation would take the service with them.
 */
export class Configuration {
  current: Resolved | undefined;
  state: 'starting' | 'ok' | 'last-good' = 'starting';
  private readonly source: ConfigurationSource;
  private readonly log: Log;
  private readonly freshMs: number;
  private reading: Promise<void> | undefined;
  private readAt = Number.NEGATIVE_INFINITY;

  constructor(source: ConfigurationSource, log: Log, { freshMs = 10_000 }: ConfigurationOptions = {}) {
    this.source = source;
    this.log = log;
    this.freshMs = freshMs;
  }

  /** The first read. Throws ConfigurationError, or what the source threw. */
  async resolve(): Promise<Resolved> {
    const [secret, outputs] = await Promise.all([this.source.readSecret(), this.source.readOutputs()]);
    const verdict = parseSecret(secret.text);
    const quilt = quiltOutputs(outputs);
    // Everything that a person must mend in one message; the cause and its keys are those of the first.
    const also = quilt.ok ? '' : ` ${quilt.message}`;
    if (!verdict.ok) throw new ConfigurationError(verdict.cause, verdict.keys, verdict.message + also);
    if (!quilt.ok) throw new ConfigurationError(quilt.cause, quilt.missing, quilt.message);
    if (this.current?.versionId !== secret.versionId) {
      for (const warning of verdict.warnings) this.log.warn({ event: 'config.warning' }, warning);
      this.log.info({ event: 'config.resolved', versionId: secret.versionId });
    }
    this.readAt = performance.now();
    this.state = 'ok';
    this.current = { secret: verdict.config, quilt, secretName: secret.name, versionId: secret.versionId };
    return this.current;
  }

  /** Reads again unless that was done a moment ago. Throws when AWS cannot be asked or refuses; a broken version does not throw. */
  refresh(): Promise<void> {
    if (performance.now() - this.readAt < this.freshMs) return Promise.resolve();
    this.reading ??= this.resolve()
      .then(
        () => undefined,
        (error: unknown) => this.keepLastGood(error),
      )
      .finally(() => {
        this.reading = undefined;
      });
    return this.reading;
  }

  private keepLastGood(error: unknown): void {
    if (!(error instanceof ConfigurationError) || error.problem === 'PermissionDenied') throw error;
    this.readAt = performance.now();
    this.state = 'last-good';
    this.log.warn({ event: 'config.last-good', cause: error.problem, keys: error.keys }, error.message);
  }
}
