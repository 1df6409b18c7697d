// Process tree from Linux: the descendants of a process, and the resources that they use.
import { readdir, readFile } from 'node:fs/promises';

/** Linux counts processor time in hundredths of a second. */
const clockTicksPerSecond = 100;

/** The process and everything it started, directly or not, that still runs. */
export async function listProcessTree(root: number): Promise<number[]> {
  const tree = [root];
  for (const id of tree) {
    const threads = await readdir(`/proc/${id}/task`).catch(() => []);
    for (const thread of threads) {
      const children = await readFile(`/proc/${id}/task/${thread}/children`, 'utf8').catch(() => '');
      tree.push(...children.split(' ').filter(Boolean).map(Number));
    }
  }
  return tree;
}

/** Memory that is resident, in mebibytes; 0 for a process that is gone. */
export async function readResidentMebibytes(id: number): Promise<number> {
  const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

/** Seconds of processor time that all threads of the process have used; 0 for one that is gone. */
export async function readProcessorSeconds(id: number): Promise<number> {
  const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
  // The name, in parentheses, may hold anything; user and system time are the 12th and 13th field behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / clockTicksPerSecond;
}

/** Open files, sockets and pipes; 0 for a process that is gone. */
export async function countOpenFiles(id: number): Promise<number> {
  return (await readdir(`/proc/${id}/fd`).catch(() => [])).length;
}

export async function countThreads(id: number): Promise<number> {
  return (await readdir(`/proc/${id}/task`).catch(() => [])).length;
}
