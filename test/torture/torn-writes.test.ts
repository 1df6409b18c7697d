// Long version: masters killed during writes.
import { it } from 'vitest';
import { surviveTornWrites } from '../fixtures/faults/survive-torn-writes.ts';

it.each(['checkpoint', 'latest'] as const)(
  'survives 20 kills while %s is written',
  { timeout: 20 * 60_000 },
  async (artifact) => {
    await surviveTornWrites(artifact, 20);
    process.stdout.write(`killed while writing ${artifact}: 20, half-written versions left: 20\n`);
  },
);
