// Training takes every core it gets; the server that answers for it must not wait in the same line.
import { readFileSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** Of a whole session, from -20 to 19: enough for the server to be served first, and training is never starved. */
const sessionNiceness = 10;

/** Lets other processes go first. */
export function lowerPriority(): void {
  setPriority(constants.priority.PRIORITY_LOW);
  lowerSessionPriority();
}

/**
 * Linux may share its cores among sessions first (sched_autogroup), and then a process's priority counts only within
 * its own. A master begins a session; one that does not would slow down whoever started it.
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
    // A kernel without such groups, or a container that hides them: the process's own priority is all there is.
  }
}
