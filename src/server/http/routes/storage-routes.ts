// Route of the disk usage, for operators who must free space.
import { statfs } from 'node:fs/promises';
import {
  maxReportedJobs,
  storageReportSchema,
  type StorageReport,
} from '../../../shared/api/storage-report.ts';
import { problemResponses } from '../problems/problem.ts';
import type { App, Services } from '../services.ts';

export function registerStorageRoutes(app: App, services: Services): void {
  app.get('/storage', {
    schema: {
      operationId: 'getStorage',
      tags: ['operations'],
      summary: 'Read the disk usage of the data directory',
      response: { 200: storageReportSchema.describe('The disk usage'), ...problemResponses },
    },
    handler: async () => await createReport(services),
  });
}

async function createReport({ store, storage, usage }: Services): Promise<StorageReport> {
  const { usedBytes, databaseBytes, jobBytes } = usage.sizes;
  const largest = [...jobBytes].sort(([, first], [, second]) => second - first).slice(0, maxReportedJobs);
  return {
    usedBytes,
    databaseBytes,
    freeBytes: await readFreeBytes(store.directory.path),
    maxBytes: usage.maxBytes,
    problem: storage.problem,
    jobs: largest.flatMap(([id, bytes]) => {
      const job = store.jobs.find(id);
      return job ? [{ id, name: job.name, state: job.state, bytes }] : [];
    }),
  };
}

async function readFreeBytes(path: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    // A missing directory is a problem of the storage, which the report names.
    return null;
  }
}
