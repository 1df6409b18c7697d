// Errors of requests for actions.
import { AppError, type InputIssue } from '../../shared/errors/app-error.ts';

/** Fields of a request for actions that the policy cannot act on. */
export class InvalidActionsRequestError extends AppError {
  readonly code = 'INVALID_REQUEST';
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[]) {
    super('the request has invalid fields');
    this.issues = issues;
  }
}

/** The body of a request for actions is no JSON. */
export class InvalidActionsJsonError extends AppError {
  readonly code = 'INVALID_JSON';
}

/** Too many requests wait for the thread that computes large networks. */
export class TooManyActionsError extends AppError {
  readonly code = 'TOO_MANY_ACTIONS';

  constructor(waiting: number) {
    super(
      `${waiting} requests wait for the thread that computes large policies; send fewer at a time, or more observations in one`,
    );
  }
}

/** What the thread of large policies refused, with its code. */
export class RefusedActionsError extends AppError {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
