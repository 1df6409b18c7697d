// Declarations of remote environments in SQLite: what the peers of a name said about it, so that jobs go on after a
// restart.
import { z } from 'zod';
import type { Database } from './database.ts';

const rowSchema = z.object({ name: z.string(), hello: z.string() });

export class DeclarationStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Lists the hello of each name, as text. */
  list(): z.infer<typeof rowSchema>[] {
    const query = this.#database.sql
      .selectFrom('remoteEnvironments')
      .select(['name', 'hello'])
      .orderBy('name');
    return this.#database.all(query, rowSchema);
  }

  write(name: string, hello: string): void {
    const declaredAt = new Date().toISOString();
    this.#database.run(
      this.#database.sql
        .insertInto('remoteEnvironments')
        .values({ name, hello, declaredAt })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ hello, declaredAt })),
    );
  }

  remove(name: string): void {
    this.#database.run(this.#database.sql.deleteFrom('remoteEnvironments').where('name', '=', name));
  }
}
