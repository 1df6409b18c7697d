// Deliveries of webhooks in SQLite: an outbox. A delivery is stored together with the change of state that it reports, so
// that it is not lost when the process dies.
import { randomBytes } from 'node:crypto';
import type { Updateable } from 'kysely';
import { z } from 'zod';
import { deliveryStates } from '../../shared/api/webhook.ts';
import { jobIdSchema, jobStateSchema, type JobId, type JobState } from '../../shared/job/job.ts';
import { webhookUrlSchema } from '../../shared/job/webhook-url.ts';
import type { Database } from './database.ts';
import type { DeliveriesTable } from './tables.ts';

export interface NewDelivery {
  readonly id: string;
  readonly jobId: JobId;
  /** Id of the event of the job. */
  readonly event: number;
  readonly jobState: JobState;
  readonly url: string;
  readonly body: string;
  readonly createdAt: string;
}

const dueRowSchema = z.object({
  id: z.string(),
  jobId: jobIdSchema,
  jobState: jobStateSchema,
  url: webhookUrlSchema,
  body: z.string(),
  attempts: z.int(),
});
export type DueDelivery = z.infer<typeof dueRowSchema>;

const recordSchema = z.object({
  id: z.string(),
  event: z.int(),
  jobState: jobStateSchema,
  url: webhookUrlSchema,
  state: z.enum(deliveryStates),
  attempts: z.int(),
  createdAt: z.string(),
  nextAttemptAt: z.int(),
  finishedAt: z.string().nullable(),
  status: z.int().nullable(),
  error: z.string().nullable(),
});
export type DeliveryRecord = z.infer<typeof recordSchema>;

export interface AttemptRecord {
  readonly attempts: number;
  readonly status: number | null;
  readonly error: string | null;
}

const countSchema = z.object({ count: z.int() });
const timeSchema = z.object({ nextAttemptAt: z.int().nullable() });

export function createDeliveryId(): string {
  return `dlv_${randomBytes(12).toString('hex')}`;
}

export class DeliveryStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Adds a delivery that is due at once, and drops the oldest that are over, of its job, beyond `keep`. */
  append(delivery: NewDelivery, keep: number): void {
    const { sql } = this.#database;
    const row = { ...delivery, state: 'pending', nextAttemptAt: Date.parse(delivery.createdAt) };
    this.#database.run(sql.insertInto('deliveries').values(row));
    const newest = sql
      .selectFrom('deliveries')
      .select('sequence')
      .where('jobId', '=', delivery.jobId)
      .orderBy('sequence', 'desc')
      .limit(keep);
    this.#database.run(
      sql
        .deleteFrom('deliveries')
        .where('jobId', '=', delivery.jobId)
        .where('state', '<>', 'pending')
        .where('sequence', 'not in', newest),
    );
  }

  countPending(): number {
    const query = this.#database.sql
      .selectFrom('deliveries')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('state', '=', 'pending');
    return this.#database.first(query, countSchema)?.count ?? 0;
  }

  /** The delivery that has been due for longest, but none to these addresses; null if nothing is due. */
  findDue(nowMs: number, excludedUrls: readonly string[]): DueDelivery | null {
    const query = this.#selectPending(excludedUrls)
      .select(['id', 'jobId', 'jobState', 'url', 'body', 'attempts'])
      .where('nextAttemptAt', '<=', nowMs)
      .orderBy('nextAttemptAt')
      .orderBy('sequence');
    return this.#database.takeReadable(query, dueRowSchema, 1)[0] ?? null;
  }

  /** When the next delivery will be due [ms since 1970]; null if none is pending. */
  findNextTime(excludedUrls: readonly string[]): number | null {
    const query = this.#selectPending(excludedUrls).select(({ fn }) =>
      fn.min('nextAttemptAt').as('nextAttemptAt'),
    );
    return this.#database.first(query, timeSchema)?.nextAttemptAt ?? null;
  }

  /** Records a failed attempt that will be repeated. A delivery whose job was deleted is gone. */
  postpone(id: string, nextAttemptAt: number, attempt: AttemptRecord): void {
    this.#change(id, { ...attempt, nextAttemptAt });
  }

  finish(id: string, state: 'delivered' | 'failed', attempt: AttemptRecord): void {
    const finishedAt = new Date().toISOString();
    // The body is not needed any more.
    this.#change(id, { ...attempt, state, finishedAt, body: '' });
  }

  /** Deliveries of a job, newest first. */
  list(jobId: JobId, limit: number): DeliveryRecord[] {
    const query = this.#database.sql
      .selectFrom('deliveries')
      .selectAll()
      .where('jobId', '=', jobId)
      .orderBy('sequence', 'desc');
    return this.#database.takeReadable(query, recordSchema, limit);
  }

  /** If a crash of the machine undoes the change, the attempt is repeated. */
  #change(id: string, changes: Updateable<DeliveriesTable>): void {
    const statement = this.#database.sql.updateTable('deliveries').set(changes).where('id', '=', id);
    this.#database.quickTransaction(() => this.#database.run(statement));
  }

  #selectPending(excludedUrls: readonly string[]) {
    const pending = this.#database.sql.selectFrom('deliveries').where('state', '=', 'pending');
    return excludedUrls.length === 0 ? pending : pending.where('url', 'not in', excludedUrls);
  }
}
