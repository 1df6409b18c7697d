// Reads what was thrown, which may be anything: a Proxy whose traps throw, getters that throw, a prototype chain without
// end. Nothing here throws.

/** What an error says about itself, at full length. */
export interface ThrownError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | null;
  readonly cause: unknown;
}

/** Prototypes looked at before a chain counts as endless. */
const longestChain = 64;

/** Null for what is no error. */
export function readThrownError(thrown: unknown): ThrownError | null {
  if (!isObject(thrown) || !inheritsFromError(thrown)) return null;
  const name = readProperty(thrown, 'name');
  const stack = readProperty(thrown, 'stack');
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: readText(readProperty(thrown, 'message')),
    stack: typeof stack === 'string' ? stack : null,
    cause: readProperty(thrown, 'cause'),
  };
}

/** The words of what is no error. */
export function readThrownText(thrown: unknown): string {
  const message = isObject(thrown) ? readProperty(thrown, 'message') : undefined;
  return message === undefined ? readText(thrown) : readText(message);
}

/** Values have a text of their own; the one of an object would be made by code that may never end. */
function readText(value: unknown): string {
  return isObject(value) ? 'an object' : String(value);
}

function readProperty(object: object, name: string): unknown {
  try {
    return Reflect.get(object, name);
  } catch {
    return undefined;
  }
}

/** As `instanceof` finds out, but in a limited number of steps. */
function inheritsFromError(value: object): boolean {
  try {
    let prototype: unknown = Object.getPrototypeOf(value);
    for (let depth = 0; depth < longestChain && isObject(prototype); depth += 1) {
      if (prototype === Error.prototype) return true;
      prototype = Object.getPrototypeOf(prototype);
    }
    return false;
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
