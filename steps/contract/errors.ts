/**
 * Errors that the machine or an operator acts on. `name` is a literal: Step Functions matches on it, and minifiers rename classes.
 * The message says what happened, the value seen and the value expected; never a secret's value.
 */
import { type Cause, causes } from './causes.ts';

/** A step's refusal or failure, named by its cause. */
export class ReleaseError<Name extends Cause = Cause> extends Error {
  override readonly name: Name;

  constructor(name: Name, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }

  /** What a person does next. */
  get next(): string {
    return causes[this.name].next;
  }
}

/**
 * A host cannot be called at all, by anybody: its name leads nowhere, or what answers there proves itself by no certificate that counts for
 * the name. Whoever asked knows whose host it is, and what that means.
 */
export class HostUnusable extends Error {
  override readonly name = 'HostUnusable';
}

/** Input that does not fit its schema: a defect of the pipeline itself, never retried. */
export class ContractBroken extends Error {
  override readonly name = 'ContractBroken';
}
