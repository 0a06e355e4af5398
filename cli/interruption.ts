/** Ctrl-C, SIGTERM, or npm gone: the rehearsal ends what it started, then itself. A second Ctrl-C does not wait. */
export class Interruption {
  private readonly controller = new AbortController();
  private readonly parent = process.ppid;
  private readonly watch: NodeJS.Timeout;
  private readonly onSignal = () => {
    if (this.happened) process.exit(130);
    console.error('\nInterrupted: ending what was started …');
    this.controller.abort(new Error('interrupted'));
  };

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, this.onSignal);
    // npm does not pass SIGTERM on: when it dies, its child gets another parent.
    this.watch = setInterval(() => {
      if (process.ppid !== this.parent && !this.happened) this.onSignal();
    }, 500).unref();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get happened(): boolean {
    return this.signal.aborted;
  }

  dispose(): void {
    clearInterval(this.watch);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, this.onSignal);
  }
}
