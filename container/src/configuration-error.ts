/** A start that no retry can cure. `problem` is the stable cause that the pipeline's classifier reads; nothing here holds a secret value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problem: string;
  readonly keys: string[];

  constructor(problem: string, keys: string[], message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
    this.keys = keys;
  }
}
