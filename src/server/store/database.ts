// One SQLite connection: kysely writes the SQL, better-sqlite3 runs it. Calls are synchronous, so that nothing can
// slip in between the statements of a transaction, and a statement that returned is on the disk.
import SqliteDatabase from 'better-sqlite3';
import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Compilable,
} from 'kysely';
import type { z } from 'zod';
import { explainDiskError } from '../../shared/artifacts/explain-disk-error.ts';
import { migrate } from './migrations.ts';
import { StorageUnavailableError } from './storage-unavailable-error.ts';
import type { Tables } from './tables.ts';

export interface DatabaseListener {
  /** A statement failed, and the disk is to blame. */
  onFailure(): void;
  /** A row is not what it should be, and was passed over. */
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

  /** The rows of a query, each checked by `row`. */
  all<Row>(query: Compilable, row: z.ZodType<Row>): Row[] {
    const { sql, parameters } = query.compile();
    return this.#guard(() => this.#prepare(sql).all(...parameters)).map((found) => row.parse(found));
  }

  /** The first rows of a query, up to the one that `isWanted` refuses; what is behind that is not read. */
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
   * The first `limit` rows of a query that can be read. One that cannot, because it was damaged or a later version wrote
   * it, must not keep the others from being found.
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

  /** The first row of a query, or null. */
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

  /** Everything `work` writes, or nothing of it. */
  transaction<Result>(work: () => Result): Result {
    if (this.#sqlite.inTransaction) return this.#guard(() => this.#sqlite.transaction(work).immediate());
    this.#mustSettle = false;
    const result = this.#guard(() => this.#sqlite.transaction(work).immediate());
    if (this.#mustSettle) this.#emptyLog();
    return result;
  }

  /**
   * Call it within a transaction that must last: what it writes then stands in the database itself, where no damage to
   * the log of newer changes undoes it. Where another program reads the database meanwhile it stays in the log.
   */
  settle(): void {
    this.#mustSettle = true;
  }

  /** Tells `listener` from now on what goes wrong. */
  watch(listener: DatabaseListener): void {
    this.#listener = listener;
  }

  /** Bytes of the pages that hold something; the file may have free ones, which are used before it grows. */
  measureBytes(): number {
    const read = (name: string): number => Number(this.#sqlite.pragma(name, { simple: true }));
    return this.#guard(() => (read('page_count') - read('freelist_count')) * read('page_size'));
  }

  /** Writes without changing anything; throws StorageUnavailableError where that cannot be done. */
  probe(): void {
    this.#guard(() => {
      const version = Number(this.#sqlite.pragma('user_version', { simple: true }));
      this.#sqlite.pragma(`user_version = ${version}`);
    });
  }

  /**
   * A transaction that survives the end of the process but waits for no disk: only a crash of the machine can undo
   * it, and then as a whole. A full transaction after it makes it durable too.
   */
  quickTransaction<Result>(work: () => Result): Result {
    // Within another transaction that one decides when to wait.
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

  /** What could not be moved to the database, for lack of room for example, is safe in the log. */
  #emptyLog(): void {
    const patience = Number(this.#sqlite.pragma('busy_timeout', { simple: true }));
    try {
      // Nobody is answered while this waits for readers.
      this.#sqlite.pragma('busy_timeout = 0');
      this.#sqlite.pragma('wal_checkpoint(TRUNCATE)');
    } catch (error) {
      if (!(error instanceof SqliteDatabase.SqliteError)) throw error;
      if (explainDiskError(error) !== null) this.#listener.onFailure();
    } finally {
      this.#sqlite.pragma(`busy_timeout = ${patience}`);
    }
  }

  /** What the disk is to blame for is an expected failure. */
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

  /** The set of texts is small: values are always parameters. */
  #prepare(sql: string): SqliteDatabase.Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#sqlite.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
