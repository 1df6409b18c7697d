import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { DataDirectoryError, DataDirectoryInUseError } from '../../../../src/server/store/data-directory.ts';
import { NewerSchemaError } from '../../../../src/server/store/migrations.ts';
import { Store } from '../../../../src/server/store/store.ts';
import { createTemporaryDirectory } from '../../../fixtures/temporary-store.ts';

const storeModule = join(import.meta.dirname, '../../../../src/server/store/store.ts');

describe('Store', () => {
  it('refuses a data directory that another store has open, and takes it once that is closed', () => {
    const path = createTemporaryDirectory();
    const first = Store.open(path);
    expect(() => Store.open(path)).toThrow(DataDirectoryInUseError);
    first.close();
    Store.open(path).close();
  });

  it('takes over from a process that was killed', () => {
    const path = createTemporaryDirectory();
    const script = `
      const { Store } = await import(${JSON.stringify(storeModule)});
      Store.open(${JSON.stringify(path)}).probe();
      process.kill(process.pid, 'SIGKILL');`;
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
    expect(signal).toBe('SIGKILL');
    const store = Store.open(path);
    // Nothing that was written by then depends on the log any more.
    expect(statSync(join(path, 'a3c.sqlite-wal')).size).toBe(0);
    expect(store.droppedChanges).toBe(0);
    store.close();
  });

  it('refuses a path that is no directory, in one line', () => {
    const path = join(createTemporaryDirectory(), 'file');
    writeFileSync(path, '');
    expect(() => Store.open(path)).toThrow(DataDirectoryError);
    expect(() => Store.open(path)).toThrow(/^cannot use the data directory [^\n]+$/);
  });

  it('refuses a directory it cannot write', () => {
    const parent = createTemporaryDirectory();
    chmodSync(parent, 0o755);
    const path = join(parent, 'data');
    mkdirSync(path);
    chmodSync(path, 0o555);
    // Root may write everywhere, so a process of root's opens the store as somebody else.
    const script = `
      const { Store } = await import(${JSON.stringify(storeModule)});
      if (process.getuid?.() === 0) process.setuid(65_534);
      try { Store.open(${JSON.stringify(path)}); } catch (error) { console.log(error.code, error.message); }`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/^DATA_DIRECTORY_UNUSABLE .*not permitted/);
  });

  it('refuses a database that is none, and leaves the lock free', () => {
    const path = createTemporaryDirectory();
    writeFileSync(
      join(path, 'a3c.sqlite'),
      'certainly not a database, but long enough to look at'.repeat(100),
    );
    expect(() => Store.open(path)).toThrow(DataDirectoryError);
    expect(() => Store.open(path)).toThrow(DataDirectoryError);
  });

  it('refuses the data of a newer server', () => {
    const path = createTemporaryDirectory();
    Store.open(path).close();
    const database = new SqliteDatabase(join(path, 'a3c.sqlite'));
    database.pragma('user_version = 999');
    database.close();
    expect(() => Store.open(path)).toThrow(NewerSchemaError);
  });

  it('writes a log ahead of the database, so that readers never wait', () => {
    const path = createTemporaryDirectory();
    const store = Store.open(path);
    const database = new SqliteDatabase(join(path, 'a3c.sqlite'), { readonly: true });
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    database.close();
    store.close();
  });
});
