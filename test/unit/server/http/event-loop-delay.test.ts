// How long the event loop kept its callers waiting.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { EventLoopDelay } from '../../../../src/server/http/event-loop-delay.ts';
import { patience } from '../../../fixtures/running-server.ts';

function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

it('counts a loop that was blocked from the start as long as it was blocked, and forgets it', async () => {
  const delay = new EventLoopDelay();
  onTestFinished(() => {
    delay.close();
  });
  const startedAt = performance.now();
  block(1_300);
  await vi.waitFor(() => {
    expect(delay.meanMs).toBeGreaterThan(0);
  }, patience);
  expect(delay.meanMs).toBeGreaterThanOrEqual(1_300);
  expect(delay.meanMs).toBeLessThanOrEqual(performance.now() - startedAt);
  await vi.waitFor(async () => {
    await sleep(1);
    expect(delay.meanMs).toBeLessThan(1_300);
  }, patience);
});
