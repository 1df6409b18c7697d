// kill -9 during a write. The long version is in test/torture.
import { describe, it } from 'vitest';
import { surviveTornWrites } from '../../fixtures/faults/survive-torn-writes.ts';

describe.skipIf(process.platform !== 'linux')('a master that is killed', () => {
  it.each(['checkpoint', 'latest'] as const)(
    'while it writes %s leaves the version before',
    { timeout: 150_000 },
    async (artifact) => {
      await surviveTornWrites(artifact, 1);
    },
  );
});
