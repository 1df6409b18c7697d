import { AppError } from '../errors/app-error.ts';

/** No environment has this id. */
export class UnknownEnvironmentError extends AppError {
  readonly code = 'UNKNOWN_ENVIRONMENT';

  /** `suggestions` are existing ids, the likeliest first. */
  constructor(id: string, suggestions: readonly string[] = []) {
    const question = suggestions.length > 0 ? `; did you mean ${suggestions.join(' or ')}?` : '';
    // Ids with a prefix are not those of modules.
    const hint = id.includes(':')
      ? ''
      : ' (for your own environment, pass its module: --environments, or environmentModule in train())';
    super(`there is no environment ${JSON.stringify(id)}${question}${hint}`);
  }
}
