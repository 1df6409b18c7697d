// What goes wrong in the code of a custom environment, with the moment at which it did.
import { AppError } from '../../errors/app-error.ts';

/** Which call of which environment; steps of an episode count from 1, and 0 is before the first. */
export interface EnvironmentCall {
  readonly environment: string;
  readonly method: 'create' | 'reset' | 'step' | 'actionMask' | 'getState' | 'setState';
  readonly episodeStep: number;
}

/** User code that threw; its own error is the cause. */
export class EnvironmentFailedError extends AppError {
  readonly code = 'ENVIRONMENT_FAILED';

  constructor(call: EnvironmentCall, cause: unknown) {
    super(`${describeCall(call)} threw ${describeThrown(cause)}`, { cause });
  }
}

/** User code that returned what no environment may return. */
export class InvalidEnvironmentOutputError extends AppError {
  readonly code = 'ENVIRONMENT_INVALID_OUTPUT';

  constructor(call: EnvironmentCall, problem: string) {
    super(`${describeCall(call)} ${problem}`);
  }
}

function describeCall({ environment, method, episodeStep }: EnvironmentCall): string {
  const isBeforeSteps = episodeStep === 0 && method === 'actionMask';
  const when = isBeforeSteps
    ? ' before the first step'
    : episodeStep > 0
      ? ` in step ${episodeStep} of its episode`
      : '';
  return `${environment}: ${method}()${when}`;
}

/** The message and the line it comes from, which says more than the message of most errors. */
function describeThrown(cause: unknown): string {
  if (!(cause instanceof Error)) return describeValue(cause);
  // Frames of Node's own, such as JSON.parse, say nothing that the message does not.
  const frame = cause.stack?.split('\n').find((line) => /^\s+at (?!.*(?:node:|<anonymous>\)?$))/.test(line));
  return `${cause.name}: ${cause.message}${frame === undefined ? '' : ` (${frame.trim()})`}`;
}

const mostElementsShown = 8;

function describeArray(values: readonly unknown[]): string {
  const isShown = values.length <= mostElementsShown && values.every((value) => typeof value !== 'object');
  return isShown ? `[${values.map(describeValue).join(', ')}]` : `an array of ${values.length}`;
}

/** A value in a few words, for messages. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (Array.isArray(value)) return describeArray(value);
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}
