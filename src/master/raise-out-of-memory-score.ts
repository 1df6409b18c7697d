// Out-of-memory score of a master. If memory runs out, Linux should kill a master, whose job is resumed from its
// checkpoint, and not the server, which restarts masters.
import { writeFileSync } from 'node:fs';

/** From -1000 to 1000; added to the process's share of the memory in thousandths. */
const oomScoreAdjustment = 500;

/** Makes Linux kill this process before others when memory runs out. */
export function raiseOutOfMemoryScore(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/oom_score_adj', String(oomScoreAdjustment));
  } catch {
    // A container may hide the file; then only the master's size counts.
  }
}
