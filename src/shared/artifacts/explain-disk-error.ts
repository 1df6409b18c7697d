// Text of disk errors, without paths.
const fullDisk = 'the disk is full';
const readOnly = 'writing is not permitted';
const missing = 'the directory is missing';
const failing = 'the disk failed';

/** Reasons by the error codes of Node and SQLite. */
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
  // SQLite's code if there is no space for the index of its write-ahead log.
  SQLITE_IOERR_SHMSIZE: fullDisk,
  SQLITE_READONLY: readOnly,
  SQLITE_CANTOPEN: 'the database cannot be opened',
  SQLITE_IOERR: failing,
  SQLITE_CORRUPT: 'the database is damaged',
  SQLITE_NOTADB: 'the database is damaged',
};

/** Returns the reason if `error` came from the disk; otherwise null. */
export function explainDiskError(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const { code } = error;
  // SQLite's extended codes start with the plain ones: SQLITE_IOERR_WRITE.
  const plain = Object.keys(reasons).find((name) => code.startsWith(`${name}_`));
  const reason = reasons[code] ?? reasons[plain ?? ''];
  if (reason !== undefined) return `${reason} (${code})`;
  return 'errno' in error ? `it failed (${code})` : null;
}
