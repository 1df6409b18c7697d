// How far streams of reports were read, in SQLite: written together with what the reports say.
import { z } from 'zod';
import type { Database } from './database.ts';

const rowSchema = z.object({ createdAt: z.string(), position: z.int() });

export interface StreamName {
  readonly stream: string;
  /** When the stream was created. */
  readonly createdAt: string;
}

export class PositionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The place of the last report that was read; 0 if none of this stream was. */
  read({ stream, createdAt }: StreamName): number {
    const query = this.#database.sql
      .selectFrom('positions')
      .select(['createdAt', 'position'])
      .where('stream', '=', stream);
    const row = this.#database.first(query, rowSchema);
    return row?.createdAt === createdAt ? row.position : 0;
  }

  write(name: StreamName, position: number): void {
    const { createdAt } = name;
    this.#database.run(
      this.#database.sql
        .insertInto('positions')
        .values({ ...name, position })
        .onConflict((conflict) => conflict.column('stream').doUpdateSet({ createdAt, position })),
    );
  }
}
