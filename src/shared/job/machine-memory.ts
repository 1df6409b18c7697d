// What jobs may use of this machine.
import { totalmem } from 'node:os';

/** The rest is for the system, the server and what estimates leave out. */
const jobShare = 0.9;

/** Bytes for jobs: of the machine's memory, or of what a container or service may take of it. */
export function measureJobMemory(): number {
  // Without a limit this is 0 or larger than any memory.
  const limit = process.constrainedMemory();
  return Math.floor(jobShare * (limit > 0 ? Math.min(limit, totalmem()) : totalmem()));
}
