// Stop signals at any time: the server ends in order, at once and with 0, and the next one continues.
import { describe, it } from 'vitest';
import { stopWhileBusy, stopWhileStarting } from '../../fixtures/faults/stop-anytime.ts';

describe.skipIf(process.platform !== 'linux')('SIGTERM and SIGINT, twice in a row', () => {
  it('end a server that does not listen yet', async () => {
    await stopWhileStarting({ stops: 2, seed: 1 });
  });

  it('end a server whose jobs are busy and whose streams are open', async () => {
    await stopWhileBusy({ stops: 2, seed: 1 });
  });
});
