import { AppError } from '../errors/app-error.ts';

/** An id that no environment has which the program knows. */
export class UnknownEnvironmentError extends AppError {
  readonly code = 'UNKNOWN_ENVIRONMENT';

  /** `suggestions` are ids there are, the likeliest first. */
  constructor(id: string, suggestions: readonly string[] = []) {
    const question = suggestions.length > 0 ? `; did you mean ${suggestions.join(' or ')}?` : '';
    super(
      `there is no environment ${JSON.stringify(id)}${question} ` +
        '(for one of your own, pass its module: --environments, or environmentModule in train())',
    );
  }
}
