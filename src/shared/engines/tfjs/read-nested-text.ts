/** Reads a text from within an object whose type is not known; null if there is none. */
export function readNestedText(value: unknown, path: readonly string[]): string | null {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return null;
    found = Reflect.get(found, key);
  }
  return typeof found === 'string' ? found : null;
}
