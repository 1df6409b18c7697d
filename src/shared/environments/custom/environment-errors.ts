// Errors of custom environments, with the call and the step in which they happened.
import { AppError } from '../../errors/app-error.ts';
import { cutText } from '../../errors/cut-text.ts';
import { toError } from '../../errors/error-record.ts';
import { readThrownError } from '../../errors/read-thrown.ts';

/** A call of an environment. Steps of an episode count from 1; 0 is before the first step. */
export interface EnvironmentCall {
  readonly environment: string;
  readonly method:
    'create' | 'createBatch' | 'reset' | 'step' | 'actionMask' | 'getState' | 'setState' | 'close' | 'render';
  readonly episodeStep: number;
}

/** User code threw. The cause is a copy of the thrown value, which may have any size and run code when it is read. */
export class EnvironmentFailedError extends AppError {
  readonly code = 'ENVIRONMENT_FAILED';

  constructor(call: EnvironmentCall, thrown: unknown) {
    super(`${describeCall(call)} threw ${describeThrown(thrown)}`, { cause: toError(thrown) });
  }
}

/** User code returned an invalid value. */
export class InvalidEnvironmentOutputError extends AppError {
  readonly code = 'ENVIRONMENT_INVALID_OUTPUT';
  readonly #isRefusal = true;

  constructor(call: EnvironmentCall, problem: string) {
    super(`${describeCall(call)} ${problem}`);
  }

  static override is(thrown: unknown): thrown is InvalidEnvironmentOutputError {
    return typeof thrown === 'object' && thrown !== null && #isRefusal in thrown;
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

const nameLength = 100;
const messageLength = 2_000;
const frameLength = 500;

/** The message and the line of code that it comes from, which often says more than the message. */
function describeThrown(thrown: unknown): string {
  const error = readThrownError(thrown);
  if (error === null) return describeValue(thrown);
  const text = `${cutText(error.name, nameLength)}: ${cutText(error.message, messageLength)}`;
  // Frames of Node's own, such as JSON.parse, add nothing to the message.
  const frame = error.stack?.split('\n').find((line) => /^\s+at (?!.*(?:node:|<anonymous>\)?$))/.test(line));
  return frame === undefined ? text : `${text} (${cutText(frame.trim(), frameLength)})`;
}

const maxElementsShown = 8;

function describeArray(values: readonly unknown[]): string {
  const isShown = values.length <= maxElementsShown && values.every((value) => typeof value !== 'object');
  return isShown ? `[${values.map(describeReadable).join(', ')}]` : `an array of ${values.length}`;
}

/** Describes a value in a few words, for messages. */
export function describeValue(value: unknown): string {
  try {
    return cutText(describeReadable(value), messageLength);
  } catch {
    // The traps of a Proxy threw.
    return 'an object';
  }
}

function describeReadable(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (Array.isArray(value)) return describeArray(value);
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}
