// Experiments and tunings in SQLite, and their jobs.
import { sql } from 'kysely';
import { z } from 'zod';
import { endedBySchema, jobIdSchema, jobStateSchema, trainingFiguresSchema } from '../../shared/job/job.ts';
import type { Database } from './database.ts';
import { jsonColumn } from './json-column.ts';

export type ExperimentKind = 'experiment' | 'tuning';

const experimentRecordSchema = z.object({
  sequence: z.int(),
  id: z.string(),
  name: z.string().nullable(),
  /** What was asked for, as JSON; its schema is that of its kind. */
  request: z.string(),
  requestHash: z.string(),
  createdAt: z.string(),
  /** Set for a tuning that is over: no further jobs follow. */
  finishedAt: z.string().nullable(),
});
export type ExperimentRecord = z.infer<typeof experimentRecordSchema>;

export interface NewExperiment {
  readonly id: string;
  readonly kind: ExperimentKind;
  readonly name: string | null;
  readonly request: object;
  readonly idempotencyKey: string | null;
  readonly requestHash: string;
  readonly createdAt: string;
}

const memberSchema = z.object({
  id: jobIdSchema,
  /** Place of the variation, or of the trial. */
  variation: z.int(),
  /** Rung of a tuning; 0 for an experiment. */
  rung: z.int(),
  seed: z.int(),
  state: jobStateSchema,
  endedBy: endedBySchema,
  figures: jsonColumn(trainingFiguresSchema).nullable(),
});
/** A job of an experiment. */
export type ExperimentMember = z.infer<typeof memberSchema>;

const averageSchema = z.object({ average: z.number().nullable() });

export class ExperimentStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  insert({ request, ...columns }: NewExperiment): void {
    const row = { ...columns, request: JSON.stringify(request) };
    this.#database.run(this.#database.sql.insertInto('experiments').values(row));
  }

  find(id: string, kind: ExperimentKind): ExperimentRecord | null {
    return this.#database.first(
      this.#database.sql.selectFrom('experiments').selectAll().where('id', '=', id).where('kind', '=', kind),
      experimentRecordSchema,
    );
  }

  findByKey(idempotencyKey: string, kind: ExperimentKind): ExperimentRecord | null {
    return this.#database.first(
      this.#database.sql
        .selectFrom('experiments')
        .selectAll()
        .where('idempotencyKey', '=', idempotencyKey)
        .where('kind', '=', kind),
      experimentRecordSchema,
    );
  }

  /** Lists experiments of one kind, newest first. */
  list(
    kind: ExperimentKind,
    { before, limit }: { readonly before?: number | undefined; readonly limit: number },
  ): ExperimentRecord[] {
    const query = this.#database.sql
      .selectFrom('experiments')
      .selectAll()
      .where('kind', '=', kind)
      .where('sequence', '<', before ?? Number.MAX_SAFE_INTEGER)
      .orderBy('sequence', 'desc');
    return this.#database.takeReadable(query, experimentRecordSchema, limit);
  }

  /** Lists the tunings that may get further jobs. */
  listUnfinishedTunings(): ExperimentRecord[] {
    const query = this.#database.sql
      .selectFrom('experiments')
      .selectAll()
      .where('kind', '=', 'tuning')
      .where('finishedAt', 'is', null);
    return this.#database.takeReadable(query, experimentRecordSchema, Number.POSITIVE_INFINITY);
  }

  /** Records that no further jobs follow. */
  finish(id: string, finishedAt: string): void {
    this.#database.run(
      this.#database.sql.updateTable('experiments').set({ finishedAt }).where('id', '=', id),
    );
  }

  remove(id: string): void {
    this.#database.run(this.#database.sql.deleteFrom('experiments').where('id', '=', id));
  }

  /** Lists the jobs of an experiment, in the order they were posted. */
  listMembers(id: string): ExperimentMember[] {
    const query = this.#database.sql
      .selectFrom('jobs')
      .select([
        'id',
        'variation',
        'rung',
        'state',
        'endedBy',
        'figures',
        sql<number>`json_extract(spec, '$.seed')`.as('seed'),
      ])
      .where('experimentId', '=', id)
      .orderBy('sequence');
    return this.#database.takeReadable(query, memberSchema, Number.POSITIVE_INFINITY);
  }

  /** Mean of a job's moving averages over its whole curve: higher if it learned sooner. Null without a curve. */
  averageCurve(jobId: string): number | null {
    const query = this.#database.sql
      .selectFrom('metrics')
      .select(({ fn }) => fn.avg<number | null>('movingAverage').as('average'))
      .where('jobId', '=', jobId);
    return this.#database.first(query, averageSchema)?.average ?? null;
  }
}
