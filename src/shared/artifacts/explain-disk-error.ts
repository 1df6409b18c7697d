// Says in words, and without a path, what a disk had against being written.
const fullDisk = 'the disk is full';
const readOnly = 'writing is not permitted';
const missing = 'the directory is gone';
const failing = 'the disk failed';

/** By the codes of Node and of SQLite. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: fullDisk,
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'a file would be larger than is allowed',
  EROFS: readOnly,
  EACCES: readOnly,
  EPERM: readOnly,
  ENOENT: missing,
  ENOTDIR: missing,
  EIO: failing,
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  SQLITE_FULL: fullDisk,
  // What SQLite says where there is no room for its index of the newest changes.
  SQLITE_IOERR_SHMSIZE: fullDisk,
  SQLITE_READONLY: readOnly,
  SQLITE_CANTOPEN: 'the database cannot be opened',
  SQLITE_IOERR: failing,
  SQLITE_CORRUPT: 'the database is damaged',
  SQLITE_NOTADB: 'the database is damaged',
};

/** The reason where `error` came from the disk; null where it came from elsewhere. */
export function explainDiskError(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const { code } = error;
  // SQLite's extended codes go on where the plain ones end: SQLITE_IOERR_WRITE.
  const plain = Object.keys(reasons).find((name) => code.startsWith(`${name}_`));
  const reason = reasons[code] ?? reasons[plain ?? ''];
  if (reason !== undefined) return `${reason} (${code})`;
  return 'errno' in error ? `it failed (${code})` : null;
}
