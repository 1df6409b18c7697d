// Memory that is alive in the programs of a soak, as report-live-memory.ts writes it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Environment variable with the directory of the reports, one file for each process. */
export const liveMemoryDirectory = 'A3C_SOAK_LIVE_MEMORY';

/** Lets processes that are started from now on report their memory to a directory. */
export function requestReports(directory: string): void {
  process.env[liveMemoryDirectory] = directory;
  process.env.NODE_OPTIONS = `--import ${new URL('report-live-memory.ts', import.meta.url).href}`;
}

/** In MiB; null before the first report. */
export async function readLiveMebibytes(processId: number): Promise<number | null> {
  const directory = process.env[liveMemoryDirectory] ?? '';
  const text = await readFile(join(directory, String(processId)), 'utf8').catch(() => '');
  return text === '' ? null : Number(text) / 1024 ** 2;
}
