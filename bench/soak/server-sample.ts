// Sample of a server's resources: memory, handles, threads, processes, and the contents of its store.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { z } from 'zod';
import { countOpenFiles, countThreads, listProcessTree, readResidentMebibytes } from '../process-tree.ts';

export interface ServerSample {
  readonly minutes: number;
  readonly serverMebibytes: number;
  /** Of the masters, the waiting one included. */
  readonly mastersMebibytes: number;
  readonly openFiles: number;
  readonly threads: number;
  readonly children: number;
}

export interface StoreSample {
  readonly databaseMebibytes: number;
  readonly rows: number;
}

export async function sampleServer(processId: number, startedAt: number): Promise<ServerSample> {
  const [, ...children] = await listProcessTree(processId);
  const masters = await Promise.all(children.map((id) => readResidentMebibytes(id)));
  return {
    minutes: (performance.now() - startedAt) / 60_000,
    serverMebibytes: await readResidentMebibytes(processId),
    mastersMebibytes: masters.reduce((sum, size) => sum + size, 0),
    openFiles: await countOpenFiles(processId),
    threads: await countThreads(processId),
    children: children.length,
  };
}

const tables = ['jobs', 'events', 'metrics', 'evaluations'] as const;
const countSchema = z.object({ count: z.int() });

export async function sampleStore(dataDirectory: string): Promise<StoreSample> {
  const path = join(dataDirectory, 'a3c.sqlite');
  const sizes = await Promise.all(
    [path, `${path}-wal`].map(async (file) => (await stat(file).catch(() => null))?.size ?? 0),
  );
  const database = new SqliteDatabase(path, { readonly: true });
  try {
    const counts = tables.map(
      (table) => countSchema.parse(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()).count,
    );
    return {
      databaseMebibytes: sizes.reduce((sum, size) => sum + size, 0) / 2 ** 20,
      rows: counts.reduce((sum, count) => sum + count, 0),
    };
  } finally {
    database.close();
  }
}
