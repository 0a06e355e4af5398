/** A line as the service writes them, pino's JSON; one in a thousand holds what must not be kept. */
export function logLine(task: number, line: number): string {
  const msg = line % 1_000 === 999 ? 'sent client_secret example-client-secret-of-the-bench' : 'packaged';
  return JSON.stringify({ level: 'info', time: 1_767_268_800_000 + line, task, line, msg, entry: `etr_${line}`, durationMs: line % 97 });
}
