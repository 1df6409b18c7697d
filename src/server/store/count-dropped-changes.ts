// Count of the changes that SQLite drops from a damaged write-ahead log. SQLite reads the log up to the first frame
// whose checksum is wrong, and silently drops the rest.
import { closeSync, openSync, readSync } from 'node:fs';

const headerBytes = 32;
const frameHeaderBytes = 24;
/** Whether checksums read words with the lowest byte first. */
const byteOrders: ReadonlyMap<number, boolean> = new Map([
  [0x377f0682, true],
  [0x377f0683, false],
]);
/** SQLite's default, for logs with a damaged header. */
const defaultPageBytes = 4096;

type Sums = readonly [number, number];

/**
 * Counts the transactions in the log that will be dropped. Two kinds of frames do not count: frames of earlier logs
 * that are not overwritten yet (they have other salts), and transactions without a last frame, which a dead process
 * did not finish.
 */
export function countDroppedChanges(databasePath: string): number {
  const file = openIfThere(`${databasePath}-wal`);
  if (file === null) return 0;
  try {
    return walk(file);
  } finally {
    closeSync(file);
  }
}

function walk(file: number): number {
  const header = Buffer.alloc(headerBytes);
  if (readSync(file, header, 0, headerBytes, 0) < headerBytes) return 0;
  const isLittleEndian = byteOrders.get(header.readUInt32BE(0));
  let sums = addUp([0, 0], header.subarray(0, 24), isLittleEndian);
  let isSound = isLittleEndian !== undefined && areAt(header, 24, sums);
  let salts = isSound ? header.subarray(16, 24) : null;
  const frame = Buffer.alloc(frameHeaderBytes + (isSound ? header.readUInt32BE(8) : defaultPageBytes));
  let dropped = 0;
  let position = headerBytes;
  while (readSync(file, frame, 0, frame.length, position) === frame.length) {
    position += frame.length;
    salts ??= Buffer.from(frame.subarray(8, 16));
    const isOfThisLog = salts.equals(frame.subarray(8, 16));
    if (isSound) {
      sums = addUp(sums, frame.subarray(0, 8), isLittleEndian);
      sums = addUp(sums, frame.subarray(frameHeaderBytes), isLittleEndian);
      isSound = isOfThisLog && areAt(frame, 16, sums);
    }
    if (!isSound && isOfThisLog && isLastOfTransaction(frame)) dropped += 1;
  }
  return dropped;
}

/** The last frame of a transaction contains the size of the database after it, in pages. */
function isLastOfTransaction(frame: Buffer): boolean {
  return frame.readUInt32BE(4) !== 0;
}

/** The checksum of a frame continues that of the previous frame. */
function addUp([first, second]: Sums, bytes: Buffer, isLittleEndian = true): Sums {
  let [left, right] = [first, second];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset < bytes.byteLength; offset += 8) {
    left = (left + view.getUint32(offset, isLittleEndian) + right) >>> 0;
    right = (right + view.getUint32(offset + 4, isLittleEndian) + left) >>> 0;
  }
  return [left, right];
}

function areAt(bytes: Buffer, offset: number, [first, second]: Sums): boolean {
  return bytes.readUInt32BE(offset) === first && bytes.readUInt32BE(offset + 4) === second;
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
