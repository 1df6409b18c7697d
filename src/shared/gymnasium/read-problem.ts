// Problems that the bridge reports (bridge.py), as errors.
import type { AppError } from '../errors/app-error.ts';
import { gymnasiumPrefix } from '../environments/gymnasium-description.ts';
import { UnknownEnvironmentError } from '../environments/unknown-environment-error.ts';
import { GymnasiumFailedError, GymnasiumMissingError, UnsupportedSpaceError } from './gymnasium-errors.ts';

/** An exception that code of Python raised. */
export interface RaisedError {
  readonly raised: Error;
}

/** Reads the answer of the bridge about an environment; null if it reports no problem. */
export function readProblem(
  answer: unknown,
  { id, python }: { readonly id: string; readonly python: string },
): AppError | RaisedError | null {
  const fields: Readonly<Record<string, unknown>> =
    typeof answer === 'object' && answer !== null ? { ...answer } : {};
  const read = (name: string): string => (typeof fields[name] === 'string' ? fields[name] : '');
  switch (fields.problem) {
    case undefined:
      return null;
    case 'gymnasium':
      return new GymnasiumMissingError(id, python, 'gymnasium');
    case 'extra':
      return new GymnasiumMissingError(id, python, read('extra'));
    case 'unknown':
      return new UnknownEnvironmentError(id, readSuggestions(fields.suggestions));
    case 'space':
      return new UnsupportedSpaceError(id, { role: read('role'), kind: read('kind'), space: read('space') });
    case 'raised': {
      const raised = new Error(read('message'));
      raised.name = read('name');
      raised.stack = `${raised.name}: ${raised.message}`;
      return { raised };
    }
    default:
      return new GymnasiumFailedError(id, read('message'));
  }
}

function readSuggestions(suggestions: unknown): string[] {
  return Array.isArray(suggestions) ? suggestions.map((name) => `${gymnasiumPrefix}${String(name)}`) : [];
}
