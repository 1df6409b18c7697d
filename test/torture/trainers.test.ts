// Twenty jobs on three trainers, of which one after the other is killed every few seconds.
import { describe, it } from 'vitest';
import { expectJobsOutliveTrainers } from '../fixtures/killed-trainers.ts';
import { hasNatsServer } from '../fixtures/nats-server.ts';

describe.skipIf(!hasNatsServer)('jobs whose trainers are killed', { timeout: 900_000 }, () => {
  it('succeed once each, with curves that only go forward', async () => {
    await expectJobsOutliveTrainers({
      jobs: 20,
      trainers: 3,
      maxSteps: 5_000_000,
      kills: 12,
      afterMs: 3_000,
    });
  });
});
