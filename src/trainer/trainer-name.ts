// Name of a trainer.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** Creates a name from the machine's, which people know, and a random part, which no other trainer has. */
export function createTrainerName(): string {
  const machine = hostname()
    .replaceAll(/[^\w-]/g, '-')
    .slice(0, 40);
  return `${machine}-${randomBytes(4).toString('hex')}`;
}
