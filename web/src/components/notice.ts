// Short messages about what a person did, read out by screen readers.
import { signal } from '@preact/signals';
import { describeError } from '../api.ts';

export interface Notice {
  readonly text: string;
  readonly isError: boolean;
}

export const notice = signal<Notice | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

const shownMs = 6_000;

export function say(text: string, isError = false): void {
  notice.value = { text, isError };
  clearTimeout(timer);
  timer = setTimeout(() => (notice.value = null), isError ? 2 * shownMs : shownMs);
}

/** Does something, and says what went wrong. Resolves with whether it worked. */
export async function attempt(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    say(describeError(error), true);
    return false;
  }
}
