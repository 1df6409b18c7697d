// Connection to SQLite: kysely writes the SQL, better-sqlite3 runs it. Calls are synchronous: nothing can come
// between the statements of a transaction, and a statement that returned is on the disk.
import SqliteDatabase from 'better-sqlite3';
import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Compilable,
} from 'kysely';
import { z } from 'zod';
import { explainDiskError } from '../../shared/artifacts/explain-disk-error.ts';
import { migrate } from './migrations.ts';
import { StorageUnavailableError } from './storage-unavailable-error.ts';
import type { Tables } from './tables.ts';

const numberRowSchema = z.array(z.number().nullable());

export interface DatabaseListener {
  /** Called when a statement failed because of the disk. */
  onFailure(): void;
  /** Called when a row is invalid and was skipped. */
  onUnreadable(error: Error): void;
}

export class Database {
  /** Builds statements; they run only through `all`, `first` and `run`. */
  readonly sql = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  readonly #sqlite: SqliteDatabase.Database;
  #listener: DatabaseListener = { onFailure: () => undefined, onUnreadable: () => undefined };
  readonly #statements = new Map<string, SqliteDatabase.Statement>();
  #mustSettle = false;

  constructor(path: string) {
    this.#sqlite = new SqliteDatabase(path);
    try {
      this.#sqlite.pragma('journal_mode = WAL');
      this.#sqlite.pragma('synchronous = FULL');
      this.#sqlite.pragma('foreign_keys = ON');
      migrate(this.#sqlite);
      this.#emptyLog();
    } catch (error) {
      this.#sqlite.close();
      throw error;
    }
  }

  /** Returns the rows of a query, each checked by `row`. */
  all<Row>(query: Compilable, row: z.ZodType<Row>): Row[] {
    const { sql, parameters } = query.compile();
    return this.#guard(() => this.#prepare(sql).all(...parameters)).map((found) => row.parse(found));
  }

  /**
   * Returns the rows of a query whose columns are all numbers or null. Much faster than `all` for long tables. The
   * statement is not kept, so there may be any number of different ones.
   */
  listNumbers(query: Compilable): (number | null)[][] {
    const { sql, parameters } = query.compile();
    return this.#guard(() =>
      this.#sqlite
        .prepare(sql)
        .raw()
        .all(...parameters),
    ).map((row) => numberRowSchema.parse(row));
  }

  /** Returns the first rows of a query, up to the row that `isWanted` refuses. Rows after it are not read. */
  takeWhile<Row>(query: Compilable, row: z.ZodType<Row>, isWanted: (row: Row) => boolean): Row[] {
    const { sql, parameters } = query.compile();
    return this.#guard(() => {
      const rows: Row[] = [];
      for (const found of this.#prepare(sql).iterate(...parameters)) {
        const parsed = row.parse(found);
        if (!isWanted(parsed)) break;
        rows.push(parsed);
      }
      return rows;
    });
  }

  /**
   * Returns the first `limit` readable rows of a query. A row that is damaged, or that a later version wrote, does
   * not hide the others.
   */
  takeReadable<Row>(query: Compilable, row: z.ZodType<Row>, limit: number): Row[] {
    const { sql, parameters } = query.compile();
    return this.#guard(() => {
      const rows: Row[] = [];
      for (const found of this.#prepare(sql).iterate(...parameters)) {
        if (rows.length >= limit) break;
        const parsed = row.safeParse(found);
        if (parsed.success) rows.push(parsed.data);
        else this.#listener.onUnreadable(parsed.error);
      }
      return rows;
    });
  }

  /** Returns the first row of a query, or null. */
  first<Row>(query: Compilable, row: z.ZodType<Row>): Row | null {
    const { sql, parameters } = query.compile();
    const found = this.#guard(() => this.#prepare(sql).get(...parameters));
    return found === undefined ? null : row.parse(found);
  }

  /** Runs a statement and returns how many rows it changed. */
  run(statement: Compilable): number {
    const { sql, parameters } = statement.compile();
    return this.#guard(() => this.#prepare(sql).run(...parameters)).changes;
  }

  /** Writes everything that `work` writes, or nothing. */
  transaction<Result>(work: () => Result): Result {
    if (this.#sqlite.inTransaction) return this.#guard(() => this.#sqlite.transaction(work).immediate());
    this.#mustSettle = false;
    const result = this.#guard(() => this.#sqlite.transaction(work).immediate());
    if (this.#mustSettle) this.#emptyLog();
    return result;
  }

  /**
   * Makes the current transaction lasting: its changes go into the database file itself, where damage to the
   * write-ahead log cannot undo them. While another program reads the database, they stay in the log.
   */
  settle(): void {
    this.#mustSettle = true;
  }

  /** Reports failures to `listener` from now on. */
  watch(listener: DatabaseListener): void {
    this.#listener = listener;
  }

  /** Bytes of used pages. The file may also have free pages, which are used before it grows. */
  measureBytes(): number {
    const read = (name: string): number => Number(this.#sqlite.pragma(name, { simple: true }));
    return this.#guard(() => (read('page_count') - read('freelist_count')) * read('page_size'));
  }

  /** Writes without changing anything. Throws StorageUnavailableError if that is impossible. */
  probe(): void {
    this.#guard(() => {
      const version = Number(this.#sqlite.pragma('user_version', { simple: true }));
      this.#sqlite.pragma(`user_version = ${version}`);
    });
  }

  /**
   * Runs a transaction that survives the end of the process but does not wait for the disk. Only a crash of the
   * machine can undo it, and then as a whole. A later full transaction makes it durable too.
   */
  quickTransaction<Result>(work: () => Result): Result {
    // The outer transaction decides whether to wait.
    if (this.#sqlite.inTransaction) return this.transaction(work);
    this.#sqlite.pragma('synchronous = NORMAL');
    try {
      return this.transaction(work);
    } finally {
      this.#sqlite.pragma('synchronous = FULL');
    }
  }

  close(): void {
    this.#statements.clear();
    this.#sqlite.close();
  }

  /** Changes that could not be moved to the database file, e.g. because the disk is full, stay safe in the log. */
  #emptyLog(): void {
    const patience = Number(this.#sqlite.pragma('busy_timeout', { simple: true }));
    try {
      // The server answers no calls while this waits for readers.
      this.#sqlite.pragma('busy_timeout = 0');
      this.#sqlite.pragma('wal_checkpoint(TRUNCATE)');
    } catch (error) {
      if (!(error instanceof SqliteDatabase.SqliteError)) throw error;
      if (explainDiskError(error) !== null) this.#listener.onFailure();
    } finally {
      this.#sqlite.pragma(`busy_timeout = ${patience}`);
    }
  }

  /** Converts errors caused by the disk to an expected failure. */
  #guard<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof SqliteDatabase.SqliteError)) throw error;
      const reason = explainDiskError(error);
      if (reason === null) throw error;
      this.#listener.onFailure();
      throw new StorageUnavailableError(reason, { cause: error });
    }
  }

  /** The set of SQL texts is small, because values are always parameters. */
  #prepare(sql: string): SqliteDatabase.Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#sqlite.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
