// Expected failures: each has a stable code that the API, the CLI and docs/errors.md share.

/** Base of every expected failure. `code` is stable (`JOB_NOT_FOUND`); the message says what to do. */
export abstract class AppError extends Error {
  abstract readonly code: string;

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
