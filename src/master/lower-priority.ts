// Priority of a master: training uses every core, and the server must be served first.
import { readFileSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** Niceness of a whole session, from -20 to 19: the server is served first, and training never starves. */
const sessionNiceness = 10;

/** Lowers the priority of this process. */
export function lowerPriority(): void {
  setPriority(constants.priority.PRIORITY_LOW);
  lowerSessionPriority();
}

/**
 * Lowers the priority of the session. Linux may share its cores among sessions first (sched_autogroup), and then a
 * process's priority counts only within its session. Only the leader of a session does this, as a master is: others
 * would slow down the process that started them.
 */
function lowerSessionPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const session = Number(fields[3]);
    if (session === process.pid) writeFileSync('/proc/self/autogroup', String(sessionNiceness));
  } catch {
    // The kernel has no such groups, or a container hides them: only the process's own priority counts.
  }
}
