import { AppError } from '../errors/app-error.ts';
import { remotePrefix } from './remote-origin.ts';

/** No environment has this id. */
export class UnknownEnvironmentError extends AppError {
  readonly code = 'UNKNOWN_ENVIRONMENT';

  /** `suggestions` are existing ids, the likeliest first. */
  constructor(id: string, suggestions: readonly string[] = []) {
    super(describe(id, suggestions));
  }
}

function describe(id: string, suggestions: readonly string[]): string {
  const name = JSON.stringify(id);
  if (id.startsWith(remotePrefix))
    return `${name} is a remote environment: its jobs need a server (a3c serve), to which its peers connect`;
  const question = suggestions.length > 0 ? `; did you mean ${suggestions.join(' or ')}?` : '';
  // Ids with a prefix are not those of modules.
  const hint = id.includes(':')
    ? ''
    : ' (for your own environment, pass its module: --environments, or environmentModule in train())';
  return `there is no environment ${name}${question}${hint}`;
}
