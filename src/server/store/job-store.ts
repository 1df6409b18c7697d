// Jobs and the idempotency keys of their requests, in SQLite.
import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import { z } from 'zod';
import { foreseeEngine, type EngineChoice } from '../../shared/engines/engine-choice.ts';
import {
  jobIdSchema,
  jobStateSchema,
  type JobChange,
  type JobId,
  type JobState,
  type JobWarning,
  type StopLimit,
  type TrainingFigures,
} from '../../shared/job/job.ts';
import type { ModelName } from '../../shared/job/model-name.ts';
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';
import {
  jobRecordSchema,
  jobSummarySchema,
  type JobError,
  type JobRecord,
  type JobSummary,
} from './job-record.ts';

/** The place of a job in an experiment or a tuning. */
export interface ExperimentPlace {
  readonly experimentId: string;
  readonly variation: number;
  readonly rung: number;
}

export interface NewJob {
  readonly id: JobId;
  readonly spec: JobSpec;
  readonly createdAt: string;
  readonly place?: ExperimentPlace | undefined;
}

export interface JobQuery {
  readonly state?: JobState | undefined;
  readonly environment?: string | undefined;
  readonly algorithm?: string | undefined;
  /** Part of the name, in any case. */
  readonly name?: string | undefined;
  /** Id of an experiment or a tuning. */
  readonly experiment?: string | undefined;
  /** A field of the metadata, and its value as text. */
  readonly metadata?: { readonly key: string; readonly value: string } | undefined;
  /** Only jobs posted before this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Columns to change; a missing field keeps its value. */
export interface JobChanges {
  readonly state?: JobState;
  readonly stateReason?: string | null;
  readonly endedBy?: StopLimit | null;
  readonly figures?: TrainingFigures | null;
  readonly startedAt?: string | null;
  readonly finishedAt?: string | null;
  readonly attempt?: number;
  readonly masterDeaths?: number;
  readonly error?: JobError | null;
  readonly spec?: JobSpec;
  readonly checkpointSteps?: number | null;
  readonly checkpointTime?: string | null;
  readonly isHeld?: boolean;
  readonly warnings?: readonly JobWarning[];
  readonly name?: string | null;
  readonly changes?: readonly JobChange[];
  readonly engine?: EngineChoice;
}

export interface IdempotencyKey {
  readonly key: string;
  readonly jobId: JobId;
  readonly requestHash: string;
  readonly createdAt: string;
}

const summaryColumns = [
  'id',
  'name',
  'environment',
  'algorithm',
  'workers',
  'state',
  'stateReason',
  'endedBy',
  'createdAt',
  'finishedAt',
  'figures',
  'warnings',
  'engine',
  'experimentId',
] as const;

const idempotencyRowSchema = z.object({ jobId: jobIdSchema, requestHash: z.string() });
const stateRowSchema = z.object({ state: jobStateSchema });
const countRowSchema = z.object({ state: jobStateSchema, count: z.int() });

export class JobStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  insert({ id, spec, createdAt, place }: NewJob): void {
    const { name, environment, algorithm, workers } = spec;
    const row = {
      id,
      name,
      environment,
      algorithm,
      workers,
      state: 'queued',
      spec: JSON.stringify(spec),
      engine: JSON.stringify(foreseeEngine(spec)),
      createdAt,
      ...place,
    };
    this.#database.run(this.#database.sql.insertInto('jobs').values(row));
  }

  find(id: JobId): JobRecord | null {
    return this.#database.first(
      this.#database.sql.selectFrom('jobs').selectAll().where('id', '=', id),
      jobRecordSchema,
    );
  }

  /** Returns the job's state; null if there is no such job. */
  findState(id: JobId): JobState | null {
    const query = this.#database.sql.selectFrom('jobs').select('state').where('id', '=', id);
    return this.#database.first(query, stateRowSchema)?.state ?? null;
  }

  /** Lists jobs, newest first. */
  list({ limit, ...filter }: JobQuery): JobRecord[] {
    const query = this.#database.sql
      .selectFrom('jobs')
      .selectAll()
      .where((table) => matchJobs(table, filter))
      .orderBy('sequence', 'desc');
    return this.#database.takeReadable(query, jobRecordSchema, limit);
  }

  /** Lists the oldest jobs of one state: the queue, in its order. */
  listOldest(state: JobState, limit: number): JobRecord[] {
    const { sql } = this.#database;
    const query = sql.selectFrom('jobs').selectAll().where('state', '=', state).orderBy('sequence');
    return this.#database.takeReadable(query, jobRecordSchema, limit);
  }

  /** Lists the ids of jobs in some states, oldest first. */
  listIds(states: readonly JobState[]): JobId[] {
    const { sql } = this.#database;
    const query = sql.selectFrom('jobs').select('id').where('state', 'in', states).orderBy('sequence');
    return this.#database.all(query, z.object({ id: jobIdSchema })).map(({ id }) => id);
  }

  /** Lists jobs that wait until the storage works again, oldest first. */
  listHeld(): JobRecord[] {
    const query = this.#database.sql
      .selectFrom('jobs')
      .selectAll()
      .where('isHeld', '=', 1)
      .orderBy('sequence');
    return this.#database.takeReadable(query, jobRecordSchema, Number.POSITIVE_INFINITY);
  }

  /** Summaries of jobs, newest first. */
  summarize({ limit, ...filter }: JobQuery): JobSummary[] {
    const query = this.#database.sql
      .selectFrom('jobs')
      .select(summaryColumns)
      .where((table) => matchJobs(table, filter))
      .orderBy('sequence', 'desc');
    return this.#database.takeReadable(query, jobSummarySchema, limit);
  }

  /** Summary of one job; null if it is not there. */
  summarizeOne(id: JobId): JobSummary | null {
    const query = this.#database.sql.selectFrom('jobs').select(summaryColumns).where('id', '=', id);
    return this.#database.takeReadable(query, jobSummarySchema, 1)[0] ?? null;
  }

  /** Counts the jobs in each state that has any. */
  count(): Map<JobState, number> {
    const query = this.#database.sql
      .selectFrom('jobs')
      .select(({ fn }) => ['state', fn.countAll().as('count')])
      .groupBy('state');
    return new Map(this.#database.all(query, countRowSchema).map(({ state, count }) => [state, count]));
  }

  update(id: JobId, given: JobChanges): void {
    const { figures, error, spec, isHeld, warnings, changes, engine, ...columns } = given;
    const row = {
      ...columns,
      ...(isHeld !== undefined && { isHeld: Number(isHeld) }),
      ...(warnings !== undefined && { warnings: JSON.stringify(warnings) }),
      ...(changes !== undefined && { changes: JSON.stringify(changes) }),
      ...(engine !== undefined && { engine: JSON.stringify(engine) }),
      ...(spec !== undefined && { spec: JSON.stringify(spec) }),
      ...(figures !== undefined && { figures: figures && JSON.stringify(figures) }),
      ...(error !== undefined && { error: error && JSON.stringify(error) }),
    };
    this.#database.run(this.#database.sql.updateTable('jobs').set(row).where('id', '=', id));
  }

  /** Records that a model is on the disk. */
  setModel(id: JobId, model: ModelName, steps: number): void {
    const changes = model === 'best' ? { bestModelSteps: steps } : { latestModelSteps: steps };
    this.#database.run(this.#database.sql.updateTable('jobs').set(changes).where('id', '=', id));
  }

  /** Removes the job and, through foreign keys, all its rows. */
  remove(id: JobId): void {
    this.#database.run(this.#database.sql.deleteFrom('jobs').where('id', '=', id));
  }

  findIdempotencyKey(key: string): z.infer<typeof idempotencyRowSchema> | null {
    const query = this.#database.sql
      .selectFrom('idempotencyKeys')
      .select(['jobId', 'requestHash'])
      .where('key', '=', key);
    return this.#database.first(query, idempotencyRowSchema);
  }

  insertIdempotencyKey(key: IdempotencyKey): void {
    this.#database.run(this.#database.sql.insertInto('idempotencyKeys').values(key));
  }
}

/** The jobs that a filter lets through. */
function matchJobs(
  table: ExpressionBuilder<Tables, 'jobs'>,
  { state, environment, algorithm, name, metadata, experiment, before }: Omit<JobQuery, 'limit'>,
): Expression<SqlBool> {
  const conditions: Expression<SqlBool>[] = [];
  if (state !== undefined) conditions.push(table('state', '=', state));
  if (environment !== undefined) conditions.push(table('environment', '=', environment));
  if (algorithm !== undefined) conditions.push(table('algorithm', '=', algorithm));
  if (experiment !== undefined) conditions.push(table('experimentId', '=', experiment));
  if (before !== undefined) conditions.push(table('sequence', '<', before));
  if (name !== undefined) conditions.push(sql<boolean>`instr(lower(name), lower(${name})) > 0`);
  if (metadata !== undefined) {
    // The keys of a JSON object as rows: a path would have to be escaped.
    conditions.push(sql<boolean>`EXISTS (
      SELECT 1 FROM json_each(spec, '$.metadata') AS field
      WHERE field.key = ${metadata.key} AND CASE field.type
        WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'null' THEN 'null' ELSE CAST(field.value AS TEXT)
      END = ${metadata.value}
    )`);
  }
  return table.and(conditions);
}
