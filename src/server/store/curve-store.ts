// Learning curves in SQLite: metric rows, of which there is one per step count at most, and evaluations.
import { sql } from 'kysely';
import { z } from 'zod';
import { learningCurvePointSchema, type LearningCurvePoint } from '../../shared/api/learning-curve.ts';
import { evaluationResultSchema, type EvaluationResult, type JobId } from '../../shared/job/job.ts';
import type { Database } from './database.ts';

export interface CurveQuery {
  /** Only rows with more steps than this. */
  readonly sinceStep: number;
  readonly maxPoints: number;
}

const countSchema = z.object({ count: z.int() });

export class CurveStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Adds a point; one with the same step count is replaced, so that steps always rise strictly. */
  appendMetrics(jobId: JobId, point: LearningCurvePoint): void {
    const { steps: _key, ...figures } = point;
    this.#database.run(
      this.#database.sql
        .insertInto('metrics')
        .values({ jobId, ...point })
        .onConflict((conflict) => conflict.columns(['jobId', 'steps']).doUpdateSet(figures)),
    );
  }

  appendEvaluation(jobId: JobId, evaluation: EvaluationResult): void {
    const { steps: _key, ...figures } = evaluation;
    this.#database.run(
      this.#database.sql
        .insertInto('evaluations')
        .values({ jobId, ...evaluation })
        .onConflict((conflict) => conflict.columns(['jobId', 'steps']).doUpdateSet(figures)),
    );
  }

  /**
   * Drops what lies beyond `steps`: a master that goes on from there will measure it again. The point at `steps` itself
   * goes too, as it may be of when training had stopped there already: its time would be later than that of the next.
   */
  rewind(jobId: JobId, steps: number): void {
    const { sql } = this.#database;
    this.#database.run(sql.deleteFrom('metrics').where('jobId', '=', jobId).where('steps', '>=', steps));
    this.#database.run(sql.deleteFrom('evaluations').where('jobId', '=', jobId).where('steps', '>', steps));
  }

  /** Drops points of the curve, evenly, so that at most `keep` are left; the first and the last always are. */
  thin(jobId: JobId, keep: number): void {
    const stride = this.#findStride(jobId, { sinceStep: -1, maxPoints: keep });
    if (stride === 1) return;
    const statement = sql`
      DELETE FROM metrics WHERE jobId = ${jobId} AND steps IN (
        SELECT steps FROM (
          SELECT steps, row_number() OVER (ORDER BY steps) - 1 AS position, count(*) OVER () AS total
          FROM metrics WHERE jobId = ${jobId}
        ) WHERE position % ${stride} <> 0 AND position <> total - 1
      )`;
    this.#database.run({ compile: () => statement.compile(this.#database.sql) });
  }

  /** The curve in at most `maxPoints` rows, evenly chosen; the first and the last are always among them. */
  listMetrics(jobId: JobId, { sinceStep, maxPoints }: CurveQuery): LearningCurvePoint[] {
    const stride = this.#findStride(jobId, { sinceStep, maxPoints });
    const query = sql`
      SELECT * FROM (
        SELECT *, row_number() OVER (ORDER BY steps) - 1 AS position, count(*) OVER () AS total
        FROM metrics WHERE jobId = ${jobId} AND steps > ${sinceStep}
      ) WHERE position % ${stride} = 0 OR position = total - 1
      ORDER BY steps LIMIT ${maxPoints}`;
    return this.#database.all({ compile: () => query.compile(this.#database.sql) }, learningCurvePointSchema);
  }

  /**
   * The evaluations of the whole job, oldest first, in at most `maxPoints` rows (3 or more), evenly chosen; the first, the
   * last and the best are always among them.
   */
  listEvaluations(jobId: JobId, maxPoints: number): EvaluationResult[] {
    // The later one of two equal ones is the better one, as where models are kept.
    const query = sql`
      SELECT steps, mean, standardDeviation, min, max, episodes FROM (
        SELECT *,
          row_number() OVER (ORDER BY steps) - 1 AS position,
          row_number() OVER (ORDER BY mean DESC, steps DESC) AS place,
          count(*) OVER () AS total
        FROM evaluations WHERE jobId = ${jobId}
      )
      WHERE total <= ${maxPoints} OR place = 1 OR position = total - 1
        OR position % ((total + ${maxPoints} - 4) / (${maxPoints} - 2)) = 0
      ORDER BY steps`;
    return this.#database.all({ compile: () => query.compile(this.#database.sql) }, evaluationResultSchema);
  }

  /** Every stride-th row makes at most `maxPoints` rows, counting the last one. */
  #findStride(jobId: JobId, { sinceStep, maxPoints }: CurveQuery): number {
    const query = this.#database.sql
      .selectFrom('metrics')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('jobId', '=', jobId)
      .where('steps', '>', sinceStep);
    const count = this.#database.first(query, countSchema)?.count ?? 0;
    return Math.max(1, Math.ceil((count - 1) / Math.max(1, maxPoints - 1)));
  }
}
