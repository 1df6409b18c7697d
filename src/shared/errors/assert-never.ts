/** Closes an exhaustive switch: reached only when a value escaped its type. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
