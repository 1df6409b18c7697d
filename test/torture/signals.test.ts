// Long version: stop signals to servers at any time.
import { it } from 'vitest';
import { stopWhileBusy, stopWhileStarting } from '../fixtures/faults/stop-anytime.ts';
import { tortureSeed } from './torture-seed.ts';

const timeout = 20 * 60_000;

it('stops 40 servers before they listen', { timeout }, async () => {
  await stopWhileStarting({ stops: 40, seed: tortureSeed });
});

it('stops 30 servers whose jobs are busy', { timeout }, async () => {
  await stopWhileBusy({ stops: 30, seed: tortureSeed });
});
