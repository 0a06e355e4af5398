/** A task cannot start; the message is its `stoppedReason`. */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';
  readonly stopCode: string;

  constructor(stoppedReason: string, { stopCode = 'TaskFailedToStart', cause }: { stopCode?: string; cause?: unknown } = {}) {
    super(stoppedReason, { cause });
    this.stopCode = stopCode;
  }
}
