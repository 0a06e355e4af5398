import pino from 'pino';
import type { SecretConfig } from './config/index.ts';

export type Log = pino.Logger;

// Synchronous: the line that explains a crash is written before the process is gone, or it is never written.
const output = pino.destination({ dest: 1, sync: true });

/** Lines of one turn of the loop go out together: under load, a write for each would cost more than the answers that they tell of. */
const stdout = {
  lines: '',
  due: undefined as NodeJS.Immediate | undefined,
  /** Set by pino before each write. */
  lastLevel: 0,
  [Symbol.for('pino.metadata')]: true,
  write(line: string): void {
    this.lines += line;
    // What may explain an end never waits: native code that aborts lets no turn end.
    if (this.lastLevel >= pino.levels.values['warn']!) this.flush();
    else this.due ??= setImmediate(() => this.flush());
  },
  flush(): void {
    clearImmediate(this.due);
    this.due = undefined;
    if (this.lines !== '') output.write(this.lines);
    this.lines = '';
  },
};
process.once('exit', () => stdout.flush());

const levels = { DEBUG: 'debug', INFO: 'info', WARNING: 'warn', ERROR: 'error', CRITICAL: 'fatal' } as const;

/** One JSON object a line. Callers log names, ids and causes; never a body, a header or a value of the secret. */
export function createLog(): Log {
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (level) => ({ level }) } }, stdout);
}

export function setLevel(log: Log, level: SecretConfig['log_level']): void {
  log.level = levels[level];
}

/**
 * The one line that the pipeline's classifier reads, keys in this order: `{"event":"config.invalid","cause":…,"keys":[…],"message":…}`.
 * Written past the logger, so that no log level can silence it.
 */
export function writeConfigInvalid(problem: { cause: string; keys: string[]; message: string }): void {
  const { cause, keys, message } = problem;
  stdout.write(`${JSON.stringify({ event: 'config.invalid', cause, keys, message })}\n`);
  stdout.flush();
}

/** A line of metrics, past the logger too: its level is about words. */
export function writeMetrics(line: object): void {
  stdout.write(`${JSON.stringify(line)}\n`);
}
