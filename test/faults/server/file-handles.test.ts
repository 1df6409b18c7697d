// Few file handles: connections are refused before the handles run out.
import { describe, expect, it } from 'vitest';
import { ServerProcess } from '../../fixtures/faults/server-process.ts';
import { surviveFlood } from '../../fixtures/faults/survive-floods.ts';
import { createTemporaryDirectory } from '../../fixtures/temporary-store.ts';

describe.skipIf(process.platform !== 'linux')('a server with few file handles', () => {
  it.each([64, 256, 1024, 4096])(
    'of %i survives more connections than that, trains meanwhile and says so in /readyz',
    { timeout: 120_000 },
    async (handles) => {
      await surviveFlood({ handles, jobs: 1, reopenAfterMs: 2_000 });
    },
  );

  it.each([23, 24, 31])('of %i, too few, ends with one line', async (handles) => {
    const server = ServerProcess.spawn(createTemporaryDirectory(), [], { maxHandles: handles });
    expect(await server.waitForExit(30_000)).toEqual({ code: 1, signal: null });
    expect(server.output).toMatch(/^error: .* file handles.*ulimit -n.*\n$/);
  });
});
