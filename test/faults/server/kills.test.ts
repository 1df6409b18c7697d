// kill -9 at any time: nothing that was acknowledged is lost. The long version is in test/torture.
import { describe, expect, it } from 'vitest';
import { surviveKills } from '../../fixtures/faults/survive-kills.ts';

describe.skipIf(process.platform !== 'linux')('kill -9 of server and masters', () => {
  it('costs nothing that was acknowledged', async () => {
    const { kills } = await surviveKills({ kills: 4, seed: 1, shortJobSeconds: 1 });
    expect(kills).toEqual({ server: 1, master: 1, both: 1, 'starting server': 1 });
  });
});
