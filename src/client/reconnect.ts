// Streams that go on over broken connections and restarts of the server.
import { A3CAnswerError, A3CApiError } from './client-errors.ts';

export interface StreamOptions {
  /** Ends the stream: its loop throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Failed attempts in a row after which the loop throws; default: 9, about 20 seconds. `Infinity`: never. */
  readonly maxAttempts?: number | undefined;
}

export interface Reconnection<Item> extends StreamOptions {
  /** Opens a connection, after the last item that was yielded. */
  readonly connect: () => AsyncIterable<Item>;
  /** Whether the stream has come to its end, once a connection was closed in order. */
  readonly isOver: () => Promise<boolean>;
  /** Waits before the next attempt; rejects when `signal` aborts. */
  readonly wait?: ((durationMs: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
}

const firstDelayMs = 100;
const maxDelayMs = 5000;

/** Yields what comes over one connection after the other. Throws what the server refuses, and the last of many failures. */
export async function* reconnect<Item>({
  connect,
  isOver,
  signal,
  maxAttempts = 9,
  wait = delay,
}: Reconnection<Item>): AsyncGenerator<Item, void, undefined> {
  for (let failures = 0; ; failures += 1) {
    try {
      for await (const item of connect()) {
        failures = 0;
        yield item;
      }
      if (await isOver()) return;
    } catch (error) {
      if (signal?.aborted || isFinal(error) || failures + 1 >= maxAttempts) throw error;
    }
    await wait(Math.min(maxDelayMs, firstDelayMs * 2 ** failures), signal);
  }
}

/** The server refused the request, or is none: another attempt would not change that. */
function isFinal(error: unknown): boolean {
  if (error instanceof A3CAnswerError) return true;
  return error instanceof A3CApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
}

/** Rejects with the signal's reason when it aborts. */
export function delay(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, durationMs);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
