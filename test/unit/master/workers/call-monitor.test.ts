import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CallMonitor } from '../../../../src/master/workers/call-monitor.ts';

const timeoutSeconds = 4;
const looks = 4;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Watches one place whose thread has ended that many calls at each look, and null where none is open. */
function watch(readOpenCalls: () => number | null) {
  const timedOut: number[] = [];
  const monitor = new CallMonitor({
    timeoutSeconds,
    readOpenCalls,
    onTimeout: (place) => timedOut.push(place),
  });
  monitor.watch(7);
  return { monitor, timedOut };
}

it('leaves a thread alone whose calls are slow and end', () => {
  let look = 0;
  // Each call is seen at four looks, and the next is open at the fifth.
  const { monitor, timedOut } = watch(() => Math.floor(look++ / looks));
  vi.advanceTimersByTime(100_000);
  expect(look).toBe(100);
  expect(timedOut).toEqual([]);
  monitor.close();
});

it('leaves a thread alone that has no call open between its looks', () => {
  let look = 0;
  const { monitor, timedOut } = watch(() => (look++ % looks === 0 ? null : 3));
  vi.advanceTimersByTime(100_000);
  expect(timedOut).toEqual([]);
  monitor.close();
});

it('tells once of a call that stays open for the whole timeout, after others that ended', () => {
  let look = 0;
  const { monitor, timedOut } = watch(() => Math.min(Math.floor(look++ / looks), 2));
  // The third call is first seen at the ninth look.
  vi.advanceTimersByTime((2 * looks + looks) * 1000);
  expect(timedOut).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(timedOut).toEqual([7]);
  vi.advanceTimersByTime(100_000);
  expect(timedOut).toEqual([7]);
  monitor.close();
});
