// Expected failures: each has a stable code that the API, the CLI and docs/errors.md share.

/** Base class of every expected failure. `code` is stable (`JOB_NOT_FOUND`); the message says what to do. */
export abstract class AppError extends Error {
  abstract readonly code: string;
  /**
   * Private mark of expected failures. It can be tested without running code of the thrown value, which may be a
   * Proxy.
   */
  readonly #isExpected = true;

  static is(thrown: unknown): thrown is AppError {
    return typeof thrown === 'object' && thrown !== null && #isExpected in thrown;
  }

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** One mistake in an input: where (a path such as `stop.maxSteps`) and what. */
export interface InputIssue {
  readonly path: string;
  readonly message: string;
}
