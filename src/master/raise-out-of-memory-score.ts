// Where memory runs out, Linux ends a process of its choice: a master, whose job goes on from its checkpoint, and not
// the server that would start it again.
import { writeFileSync } from 'node:fs';

/** From -1000 to 1000, added to a process's share of the memory in thousandths. */
const oomScoreAdjustment = 500;

/** Makes this process the first to be ended when the system has no memory left. */
export function raiseOutOfMemoryScore(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/oom_score_adj', String(oomScoreAdjustment));
  } catch {
    // A container may hide it: the master's size then has to speak for itself.
  }
}
