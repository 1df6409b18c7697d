import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { countDroppedChanges } from '../../../../src/server/store/count-dropped-changes.ts';
import { createTemporaryDirectory } from '../../../fixtures/temporary-store.ts';

const headerBytes = 32;
const frameBytes = 24 + 4096;

interface OpenDatabase {
  readonly sqlite: SqliteDatabase.Database;
  /** Adds rows, each in a transaction of its own. */
  add(rows: number): void;
  /** What a process that died now would leave; returns the path of the database. */
  leave(): string;
}

/** A database with an empty table and an empty log. */
function openDatabase(): OpenDatabase {
  const path = join(createTemporaryDirectory(), 'live.sqlite');
  const sqlite = new SqliteDatabase(path);
  onTestFinished(() => {
    sqlite.close();
  });
  sqlite.pragma('journal_mode = WAL');
  sqlite.exec('CREATE TABLE rows (text TEXT)');
  sqlite.pragma('wal_checkpoint(TRUNCATE)');
  const insert = sqlite.prepare('INSERT INTO rows VALUES (?)');
  return {
    sqlite,
    // Rows of several pages make transactions of several frames.
    add: (rows) => {
      for (let row = 0; row < rows; row += 1) insert.run('x'.repeat(9_000));
    },
    leave: () => {
      const left = join(createTemporaryDirectory(), 'left.sqlite');
      copyFileSync(path, left);
      copyFileSync(`${path}-wal`, `${left}-wal`);
      return left;
    },
  };
}

function damage(path: string, position: number): void {
  const bytes = readFileSync(`${path}-wal`);
  bytes.writeUInt8(bytes.readUInt8(position) ^ 0x10, position);
  writeFileSync(`${path}-wal`, bytes);
}

function countRows(path: string): number {
  const sqlite = new SqliteDatabase(path);
  try {
    return Number(sqlite.prepare('SELECT count(*) FROM rows').pluck().get());
  } finally {
    sqlite.close();
  }
}

describe('changes that SQLite drops', () => {
  it('are none of a whole log, an empty one and none', () => {
    const database = openDatabase();
    expect(countDroppedChanges(database.leave())).toBe(0);
    database.add(5);
    const left = database.leave();
    expect(countDroppedChanges(left)).toBe(0);
    expect(countRows(left)).toBe(5);
    expect(countDroppedChanges(join(createTemporaryDirectory(), 'none.sqlite'))).toBe(0);
  });

  it('are exactly those that SQLite does not find, for damage anywhere in the log', () => {
    const database = openDatabase();
    database.add(10);
    const frames = (readFileSync(`${database.leave()}-wal`).length - headerBytes) / frameBytes;
    expect(frames).toBeGreaterThan(20);
    for (let frame = 0; frame < frames; frame += 1) {
      // A page's number, a checksum and the page itself.
      for (const offset of [3, 17, 24 + ((frame * 977) % 4096)]) {
        const left = database.leave();
        damage(left, headerBytes + frame * frameBytes + offset);
        const dropped = countDroppedChanges(left);
        expect(dropped, `frame ${frame}, offset ${offset}`).toBeGreaterThan(0);
        expect(dropped + countRows(left), `frame ${frame}, offset ${offset}`).toBe(10);
      }
    }
  });

  it('are all where the header is damaged', () => {
    const database = openDatabase();
    database.add(4);
    for (const position of [0, 3, 9, 13, 17, 25]) {
      const left = database.leave();
      damage(left, position);
      expect([countDroppedChanges(left), countRows(left)], `position ${position}`).toEqual([4, 0]);
    }
  });

  it('do not include those of an earlier log or an incomplete one', () => {
    const database = openDatabase();
    database.add(10);
    database.sqlite.pragma('wal_checkpoint(RESTART)');
    database.add(2);
    const left = database.leave();
    expect(countDroppedChanges(left)).toBe(0);
    damage(left, headerBytes + 100);
    expect([countDroppedChanges(left), countRows(left)]).toEqual([2, 10]);

    const cut = database.leave();
    const whole = readFileSync(`${cut}-wal`);
    writeFileSync(`${cut}-wal`, whole.subarray(0, headerBytes + 2 * frameBytes));
    expect([countDroppedChanges(cut), countRows(cut)]).toEqual([0, 10]);
  });
});
