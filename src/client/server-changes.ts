// Changes of all jobs of a server as one loop that reconnects and reads the jobs again.
import type { JobOverview } from '../shared/api/server-status.ts';
import { overviewKind, overviewPageKind, removedKind } from './answer-kinds.ts';
import { readAnswer } from './answers.ts';
import type { ApiConnection } from './api-connection.ts';
import { reconnect, type StreamOptions } from './reconnect.ts';

/** A change of the jobs of a server. */
export type ServerChange =
  /** All jobs, newest first. It comes first, and again after each new connection: changes in between are in it. */
  | { readonly type: 'jobs'; readonly jobs: readonly JobOverview[] }
  /** A job that is new or has changed. */
  | { readonly type: 'job'; readonly job: JobOverview }
  /** A job that was deleted. */
  | { readonly type: 'removed'; readonly id: string };

const pageLength = 1000;

/** Yields all jobs, and then each change. It ends only by its signal, or by an A3CError. */
export function iterateChanges(
  connection: ApiConnection,
  options: StreamOptions,
): AsyncGenerator<ServerChange, void, undefined> {
  return reconnect({
    ...options,
    connect: () => readChanges(connection, options.signal),
    // The server ends it only when it stops.
    isOver: async () => false,
  });
}

async function* readChanges(
  connection: ApiConnection,
  signal: AbortSignal | undefined,
): AsyncGenerator<ServerChange, void, undefined> {
  for await (const { type, data } of connection.readEvents('events', { signal })) {
    // What changes while the jobs are read comes after this message, so it is not lost.
    if (type === 'ready') yield { type: 'jobs', jobs: await readAllJobs(connection, signal) };
    else if (type === 'job') yield { type, job: readAnswer(overviewKind, data) };
    else if (type === 'removed') yield { type, id: readAnswer(removedKind, data).id };
  }
}

async function readAllJobs(
  connection: ApiConnection,
  signal: AbortSignal | undefined,
): Promise<JobOverview[]> {
  const jobs: JobOverview[] = [];
  for (let after: string | undefined; ;) {
    const query = { limit: pageLength, after };
    const { data, hasMore, lastId } = await connection.readJson(overviewPageKind, 'overviews', {
      query,
      signal,
    });
    jobs.push(...data);
    if (!hasMore || lastId === null) return jobs;
    after = lastId;
  }
}
