// What a3c doctor finds.

/** `absent` is a part that the server works without; `broken` one that it needs. */
export type FindingState = 'ok' | 'absent' | 'broken';

export interface Finding {
  readonly name: string;
  readonly state: FindingState;
  /** What was found, for people. */
  readonly detail: string;
  /** What to do about it; null if there is nothing to do. */
  readonly remedy: string | null;
}

export function find(name: string, detail: string): Finding {
  return { name, state: 'ok', detail, remedy: null };
}

/** One line of an error. */
export function describeError(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line;
}
