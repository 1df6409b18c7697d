// Learning curves in SQLite: metric rows (at most one for each number of steps) and evaluations.
import { sql } from 'kysely';
import { z } from 'zod';
import {
  learningCurvePointSchema,
  type CurveBands,
  type LearningCurvePoint,
} from '../../shared/api/learning-curve.ts';
import { evaluationResultSchema, type EvaluationResult, type JobId } from '../../shared/job/job.ts';
import type { Database } from './database.ts';

export interface CurveQuery {
  /** Only rows with more steps than this. */
  readonly sinceStep: number;
  readonly maxPoints: number;
}

/** A column of the curve that can be plotted over the steps. */
export type CurveColumn = Exclude<keyof LearningCurvePoint, 'steps'>;

export interface BandQuery extends CurveQuery {
  /** Only rows with at most this many steps. */
  readonly untilStep?: number | undefined;
  readonly columns: readonly CurveColumn[];
}

const countSchema = z.object({ count: z.int() });

export class CurveStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Adds a point. It replaces a point with the same number of steps, so that steps strictly increase. */
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
   * Drops the points beyond `steps`, because a master that continues from there measures them again. The point at
   * `steps` itself is dropped too: it may have been measured when training had already stopped, and its time would be
   * later than that of the next point.
   */
  rewind(jobId: JobId, steps: number): void {
    const { sql } = this.#database;
    this.#database.run(sql.deleteFrom('metrics').where('jobId', '=', jobId).where('steps', '>=', steps));
    this.#database.run(sql.deleteFrom('evaluations').where('jobId', '=', jobId).where('steps', '>', steps));
  }

  /** Drops points of the curve, evenly, until at most `keep` are left. Keeps the first and the last. */
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

  /** The curve in at most `maxPoints` rows, evenly chosen; always contains the first and the last. */
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
   * Part of the curve in at most `maxPoints` rows. Each row has the mean, the minimum and the maximum of as many
   * neighbouring points, so that no spike is lost.
   */
  listBands(jobId: JobId, { sinceStep, maxPoints, columns, ...query }: BandQuery): CurveBands {
    const untilStep = query.untilStep ?? Number.MAX_SAFE_INTEGER;
    const counted = this.#database.first(
      this.#database.sql
        .selectFrom('metrics')
        .select(({ fn }) => fn.countAll().as('count'))
        .where('jobId', '=', jobId)
        .where('steps', '>', sinceStep)
        .where('steps', '<=', untilStep),
      countSchema,
    );
    const pointsPerRow = Math.max(1, Math.ceil((counted?.count ?? 0) / maxPoints));
    const figures = columns.flatMap((name) => {
      const column = sql.ref(name);
      return [sql`avg(${column})`, sql`min(${column})`, sql`max(${column})`];
    });
    const statement = sql`
      SELECT max(steps), max(episodes), max(elapsedSeconds)${sql.join(
        figures.map((figure) => sql`, ${figure}`),
        sql``,
      )}
      FROM (
        SELECT steps, episodes, elapsedSeconds, ${sql.join(columns.map((name) => sql.ref(name)))},
          (row_number() OVER (ORDER BY steps) - 1) / CAST(${pointsPerRow} AS INTEGER) AS bucket
        FROM metrics WHERE jobId = ${jobId} AND steps > ${sinceStep} AND steps <= ${untilStep}
      ) GROUP BY bucket ORDER BY bucket`;
    const rows = this.#database.listNumbers({ compile: () => statement.compile(this.#database.sql) });
    const take = (index: number): (number | null)[] => rows.map((row) => row[index] ?? null);
    const takeAxis = (index: number): number[] => rows.map((row) => row[index] ?? 0);
    return {
      pointsPerRow,
      steps: takeAxis(0),
      episodes: takeAxis(1),
      elapsedSeconds: takeAxis(2),
      columns: Object.fromEntries(
        columns.map((name, position) => {
          const first = 3 + 3 * position;
          return [name, { mean: take(first), min: take(first + 1), max: take(first + 2) }];
        }),
      ),
    };
  }

  /**
   * The evaluations of the whole job, oldest first, in at most `maxPoints` rows (3 or more), evenly chosen; always
   * contains the first, the last and the best.
   */
  listEvaluations(jobId: JobId, maxPoints: number): EvaluationResult[] {
    // Of two equal evaluations the later counts as better, as for models.
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

  /** With every stride-th row there are at most `maxPoints` rows, including the last. */
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
