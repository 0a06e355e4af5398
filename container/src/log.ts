import pino from 'pino';
import type { SecretConfig } from './config/index.ts';

export type Log = pino.Logger;

// Synchronous: the line that explains a crash is written before the process is gone, or it is never written.
const stdout = pino.destination({ dest: 1, sync: true });

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
}

/** A line of metrics, past the logger too: its level is about words. */
export function writeMetrics(line: object): void {
  stdout.write(`${JSON.stringify(line)}\n`);
}
