// Memory of this machine that jobs may use.
import { totalmem } from 'node:os';

/** The rest is for the system, the server, and inaccurate estimates. */
const jobShare = 0.9;

/** Bytes for jobs: a share of the machine's memory, or of the limit of a container or service. */
export function measureJobMemory(): number {
  // Without a limit, this is 0 or larger than any memory.
  const limit = process.constrainedMemory();
  return Math.floor(jobShare * (limit > 0 ? Math.min(limit, totalmem()) : totalmem()));
}
