// Expected failures: each has a stable code that the API, the CLI and docs/errors.md share.

/** Base of every expected failure. `code` is stable (`JOB_NOT_FOUND`); the message says what to do. */
export abstract class AppError extends Error {
  abstract readonly code: string;
  /** Tells expected failures apart without asking them: what was thrown may be a Proxy. */
  readonly #isExpected = true;

  static is(thrown: unknown): thrown is AppError {
    return typeof thrown === 'object' && thrown !== null && #isExpected in thrown;
  }

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** One thing wrong with an input: where (a path such as `stop.maxSteps`) and what. */
export interface InputIssue {
  readonly path: string;
  readonly message: string;
}
