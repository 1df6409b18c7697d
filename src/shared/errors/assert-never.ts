/** Ends an exhaustive switch: reached only if a value does not match its type. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
