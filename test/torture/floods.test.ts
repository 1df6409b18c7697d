// Long version: servers with few file handles and endless floods of connections while they train.
import { describe, it } from 'vitest';
import { surviveFlood } from '../fixtures/faults/survive-floods.ts';

describe.skipIf(process.platform !== 'linux')('a flooded server', () => {
  it.each([
    { handles: 64, jobs: 20 },
    { handles: 256, jobs: 20 },
    { handles: 1024, jobs: 10 },
    { handles: 4096, jobs: 5 },
  ])('with $handles file handles trains $jobs jobs', { timeout: 30 * 60_000 }, async ({ handles, jobs }) => {
    await surviveFlood({ handles, jobs, reopenAfterMs: 50 });
  });
});
