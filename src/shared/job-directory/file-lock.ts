// Lock of a process on a file. The kernel releases it when the process ends for any reason. A file with a process id
// would be ambiguous after a crash.
import SqliteDatabase from 'better-sqlite3';

export class FileLock {
  /** Keeps the locks alive: the garbage collector would release a lock without references. */
  static readonly #held = new Set<FileLock>();
  readonly #database: SqliteDatabase.Database;

  private constructor(database: SqliteDatabase.Database) {
    this.#database = database;
  }

  /** Takes the lock, and creates the file if it is missing. Returns null if another process has the lock. */
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
