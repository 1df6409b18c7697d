import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchReader } from '../../../../src/server/http/stall-watch.ts';

const stallLimitMs = 30_000;

async function* generate(): AsyncGenerator<number, void, undefined> {
  yield* [1, 2, 3];
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('watchReader', () => {
  it('disconnects a reader that does not ask for the next piece in time', async () => {
    const onStall = vi.fn();
    const pieces = watchReader(generate(), { stallLimitMs, onStall });
    await pieces.next();
    vi.advanceTimersByTime(stallLimitMs - 1);
    expect(onStall).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onStall).toHaveBeenCalledOnce();
  });

  it('gives each piece its own time, and what comes after the last one or after leaving early none', async () => {
    const onStall = vi.fn();
    const seen: number[] = [];
    for await (const piece of watchReader(generate(), { stallLimitMs, onStall })) {
      seen.push(piece);
      vi.advanceTimersByTime(stallLimitMs - 1);
    }
    const left = watchReader(generate(), { stallLimitMs, onStall });
    await left.next();
    await left.return();
    vi.advanceTimersByTime(2 * stallLimitMs);
    expect(seen).toEqual([1, 2, 3]);
    expect(onStall).not.toHaveBeenCalled();
  });
});
