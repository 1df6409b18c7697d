// Evaluations that clients asked for, in SQLite.
import { randomBytes } from 'node:crypto';
import type { Updateable } from 'kysely';
import { z } from 'zod';
import { evaluationStates } from '../../shared/api/requested-evaluation.ts';
import { jobIdSchema, type JobId } from '../../shared/job/job.ts';
import { modelNameSchema, type ModelName } from '../../shared/job/model-name.ts';
import type { Database } from './database.ts';
import { jsonColumn } from './json-column.ts';
import type { RequestedEvaluationsTable } from './tables.ts';

export interface NewEvaluation {
  readonly jobId: JobId;
  readonly model: ModelName;
  readonly episodes: number;
  readonly seed: number;
  readonly deterministic: boolean;
}

const recordSchema = z.object({
  id: z.string(),
  jobId: jobIdSchema,
  state: z.enum(evaluationStates),
  model: modelNameSchema,
  trainingSteps: z.int().nullable(),
  episodes: z.int(),
  seed: z.int(),
  deterministic: z.int().transform((flag) => flag === 1),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  returns: jsonColumn(z.array(z.number())),
  lengths: jsonColumn(z.array(z.int())),
  error: jsonColumn(z.object({ code: z.string(), message: z.string() })).nullable(),
});
export type EvaluationRecord = z.infer<typeof recordSchema>;

export interface EvaluationOutcome extends Pick<
  EvaluationRecord,
  'trainingSteps' | 'returns' | 'lengths' | 'error'
> {
  readonly state: 'succeeded' | 'failed';
}

const countSchema = z.object({ count: z.int() });

export class RequestedEvaluationStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Adds an evaluation to the queue, drops the oldest of its job that are over, beyond `keep`, and returns its id. */
  append({ deterministic, ...evaluation }: NewEvaluation, keep: number): string {
    const { sql } = this.#database;
    const id = `eval_${randomBytes(12).toString('hex')}`;
    const createdAt = new Date().toISOString();
    const row = { ...evaluation, id, state: 'queued', deterministic: Number(deterministic), createdAt };
    const newest = sql
      .selectFrom('requestedEvaluations')
      .select('sequence')
      .where('jobId', '=', evaluation.jobId)
      .orderBy('sequence', 'desc')
      .limit(keep);
    this.#database.transaction(() => {
      this.#database.run(sql.insertInto('requestedEvaluations').values(row));
      this.#database.run(
        sql
          .deleteFrom('requestedEvaluations')
          .where('jobId', '=', evaluation.jobId)
          .where('state', 'in', ['succeeded', 'failed'])
          .where('sequence', 'not in', newest),
      );
    });
    return id;
  }

  find(id: string): EvaluationRecord | null {
    const query = this.#database.sql.selectFrom('requestedEvaluations').selectAll().where('id', '=', id);
    return this.#database.first(query, recordSchema);
  }

  /** Evaluations of a job, newest first. */
  list(jobId: JobId, limit: number): EvaluationRecord[] {
    const query = this.#database.sql
      .selectFrom('requestedEvaluations')
      .selectAll()
      .where('jobId', '=', jobId)
      .orderBy('sequence', 'desc');
    return this.#database.takeReadable(query, recordSchema, limit);
  }

  /** The evaluation that has waited longest; null if none waits. */
  findNextQueued(): EvaluationRecord | null {
    const query = this.#database.sql
      .selectFrom('requestedEvaluations')
      .selectAll()
      .where('state', '=', 'queued')
      .orderBy('sequence');
    return this.#database.takeReadable(query, recordSchema, 1)[0] ?? null;
  }

  countQueued(): number {
    const query = this.#database.sql
      .selectFrom('requestedEvaluations')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('state', '=', 'queued');
    return this.#database.first(query, countSchema)?.count ?? 0;
  }

  /** Puts evaluations whose process is gone back into the queue. */
  requeue(): void {
    const statement = this.#database.sql
      .updateTable('requestedEvaluations')
      .set({ state: 'queued', startedAt: null })
      .where('state', '=', 'running');
    this.#database.transaction(() => this.#database.run(statement));
  }

  begin(id: string): void {
    this.#change(id, { state: 'running', startedAt: new Date().toISOString() });
  }

  finish(id: string, { state, trainingSteps, returns, lengths, error }: EvaluationOutcome): void {
    this.#change(id, {
      state,
      finishedAt: new Date().toISOString(),
      trainingSteps,
      returns: JSON.stringify(returns),
      lengths: JSON.stringify(lengths),
      error: error && JSON.stringify(error),
    });
  }

  remove(id: string): void {
    const statement = this.#database.sql.deleteFrom('requestedEvaluations').where('id', '=', id);
    this.#database.transaction(() => this.#database.run(statement));
  }

  /** One whose job was deleted is gone. */
  #change(id: string, changes: Updateable<RequestedEvaluationsTable>): void {
    const statement = this.#database.sql
      .updateTable('requestedEvaluations')
      .set(changes)
      .where('id', '=', id);
    this.#database.quickTransaction(() => this.#database.run(statement));
  }
}
