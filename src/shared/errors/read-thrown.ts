// Safe reading of thrown values, which may be anything: a Proxy whose traps throw, getters that throw, an endless
// prototype chain. Nothing here throws.

/** The properties of a thrown error, uncut. */
export interface ThrownError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | null;
  readonly cause: unknown;
}

/** Longest prototype chain that is followed. */
const maxPrototypes = 64;

/** Returns null if the value is not an error. */
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

/** Returns the text of a thrown value that is not an error. */
export function readThrownText(thrown: unknown): string {
  const message = isObject(thrown) ? readProperty(thrown, 'message') : undefined;
  return message === undefined ? readText(thrown) : readText(message);
}

/** Objects are not converted to text: their own code would run, and might never end. */
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

/** Like `instanceof`, but in a limited number of steps. */
function inheritsFromError(value: object): boolean {
  try {
    let prototype: unknown = Object.getPrototypeOf(value);
    for (let depth = 0; depth < maxPrototypes && isObject(prototype); depth += 1) {
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
