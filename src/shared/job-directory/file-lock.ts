// A lock that one process has on a file. The kernel gives it back when the process ends, however it ends; a file with
// a process id in it would have to be guessed about after a crash.
import SqliteDatabase from 'better-sqlite3';

export class FileLock {
  /** A lock whose owner nobody remembers would be given back by the garbage collector. */
  static readonly #held = new Set<FileLock>();
  readonly #database: SqliteDatabase.Database;

  private constructor(database: SqliteDatabase.Database) {
    this.#database = database;
  }

  /** Takes the lock, creating the file where it is missing; null where another process has it. */
  static take(path: string): FileLock | null {
    let database: SqliteDatabase.Database | null = null;
    try {
      database = new SqliteDatabase(path, { timeout: 0 });
      database.pragma('journal_mode = MEMORY');
      // An open write transaction, in which nothing is ever written.
      database.exec('BEGIN EXCLUSIVE');
      const lock = new FileLock(database);
      FileLock.#held.add(lock);
      return lock;
    } catch (error) {
      database?.close();
      const isTaken = error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY');
      if (isTaken) return null;
      throw error;
    }
  }

  release(): void {
    this.#database.close();
    FileLock.#held.delete(this);
  }
}
