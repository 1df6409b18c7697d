// Events of jobs in SQLite; only the newest events of each job are kept.
import type { Compilable } from 'kysely';
import { z } from 'zod';
import { jobEventRecordSchema, type JobEvent, type JobEventRecord } from '../../shared/api/job-event.ts';
import type { JobId } from '../../shared/job/job.ts';
import type { Database } from './database.ts';

/** A client can resume a stream if it is not further behind than this. */
export const maxEventsPerJob = 10_000;

const lastEventIdSchema = z.object({ lastEventId: z.int() });
const storedEventSchema = z.object({ id: z.int(), type: z.string(), time: z.string(), data: z.string() });
/** An event as stored in the table: its data are JSON. */
export type StoredEvent = z.infer<typeof storedEventSchema>;

export class EventStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Appends events in order and drops the oldest beyond the limit. Must be called inside a transaction. */
  append(jobId: JobId, time: string, events: readonly JobEvent[]): void {
    if (events.length === 0) return;
    const { sql } = this.#database;
    const before = this.lastId(jobId);
    const kept = events.slice(-maxEventsPerJob);
    const lastId = before + kept.length;
    for (const [index, { type, data }] of kept.entries()) {
      const row = { jobId, id: before + index + 1, type, time, data: JSON.stringify(data) };
      this.#database.run(sql.insertInto('events').values(row));
    }
    this.#database.run(sql.updateTable('jobs').set({ lastEventId: lastId }).where('id', '=', jobId));
    const outdated = lastId - maxEventsPerJob;
    if (outdated > 0) {
      this.#database.run(sql.deleteFrom('events').where('jobId', '=', jobId).where('id', '<=', outdated));
    }
  }

  /** Returns the id of the job's newest event; 0 if it has none. */
  lastId(jobId: JobId): number {
    const query = this.#database.sql.selectFrom('jobs').select('lastEventId').where('id', '=', jobId);
    return this.#database.first(query, lastEventIdSchema)?.lastEventId ?? 0;
  }

  /** Returns the events after `after`, oldest first. */
  list(jobId: JobId, after: number, limit: number): JobEventRecord[] {
    return this.#database.all(this.#selectAfter(jobId, after, limit), storedEventSchema).map(readEvent);
  }

  /** Returns the newest events of the given types, oldest first. */
  listNewest(jobId: JobId, types: readonly JobEvent['type'][], limit: number): JobEventRecord[] {
    const query = this.#database.sql
      .selectFrom('events')
      .select(['id', 'type', 'time', 'data'])
      .where('jobId', '=', jobId)
      .where('type', 'in', types)
      .orderBy('id', 'desc')
      .limit(limit);
    return this.#database.all(query, storedEventSchema).map(readEvent).reverse();
  }

  /** Returns events as stored: at least one, and then as many as fit into `maxCharacters` of data. */
  listStored(
    jobId: JobId,
    after: number,
    { limit, maxCharacters }: { readonly limit: number; readonly maxCharacters: number },
  ): StoredEvent[] {
    let characters = 0;
    return this.#database.takeWhile(this.#selectAfter(jobId, after, limit), storedEventSchema, ({ data }) => {
      const isFirst = characters === 0;
      characters += data.length;
      return isFirst || characters <= maxCharacters;
    });
  }

  #selectAfter(jobId: JobId, after: number, limit: number): Compilable {
    return this.#database.sql
      .selectFrom('events')
      .select(['id', 'type', 'time', 'data'])
      .where('jobId', '=', jobId)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit);
  }
}

function readEvent({ data, ...row }: StoredEvent): JobEventRecord {
  const parsed: unknown = JSON.parse(data);
  return jobEventRecordSchema.parse({ ...row, data: parsed });
}
