// Reader of a model's zip archive (PKWARE APPNOTE, sections 4.3 and 4.4), such as best.zip of a server.
import { Crc32 } from './crc32.ts';
import { InvalidModelError } from './invalid-model-error.ts';
import type { ModelFiles } from './read-model.ts';

const endBytes = 22;
const maxCommentBytes = 65_535;
const directoryHeaderBytes = 46;
const localHeaderBytes = 30;
const endSignature = 0x06054b50;
const directorySignature = 0x02014b50;
const localSignature = 0x04034b50;
/** Some milliseconds of work on its checksum. */
const pieceBytes = 1024 * 1024;
const stored = 0;
const deflated = 8;

/** A file in an archive, as the archive's directory describes it. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  /** Its size once it is unpacked. Unpacking fails if there is more. */
  readonly bytes: number;
  readonly headerOffset: number;
}

/** Unpacks the files of an archive. Throws InvalidModelError if it is no archive, incomplete or damaged. */
export async function unzipModel(archive: Uint8Array): Promise<ModelFiles> {
  const files = new Map<string, Uint8Array>();
  for (const [name, entry] of listZipEntries(archive)) files.set(name, await readZipEntry(archive, entry));
  return files;
}

/** Lists the files of an archive by name. Throws InvalidModelError if it is no archive or incomplete. */
export function listZipEntries(archive: Uint8Array): ReadonlyMap<string, ZipEntry> {
  return readInside(() => listEntries(archive));
}

/** Unpacks one file. Throws InvalidModelError if it is damaged, or larger than the archive's directory says. */
export async function readZipEntry(archive: Uint8Array, entry: ZipEntry): Promise<Uint8Array> {
  const content = readInside(() => locateContent(archive, entry));
  return await unpack(content, entry);
}

/** DataView refuses to read outside of its bytes. */
function readInside<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InvalidModelError('the archive is damaged: its directory points outside of it', {
      cause: error,
    });
  }
}

function listEntries(archive: Uint8Array): Map<string, ZipEntry> {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  const entries = new Map<string, ZipEntry>();
  let offset = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index += 1) {
    if (view.getUint32(offset, true) !== directorySignature)
      throw new InvalidModelError('the directory of the archive is damaged');
    const nameBytes = view.getUint16(offset + 28, true);
    const start = offset + directoryHeaderBytes;
    const name = new TextDecoder().decode(archive.subarray(start, start + nameBytes));
    if (entries.has(name)) throw new InvalidModelError(`the archive has two files ${name}`);
    entries.set(name, {
      name,
      method: view.getUint16(offset + 10, true),
      crc32: view.getUint32(offset + 16, true),
      compressedBytes: view.getUint32(offset + 20, true),
      bytes: view.getUint32(offset + 24, true),
      headerOffset: view.getUint32(offset + 42, true),
    });
    offset = start + nameBytes + view.getUint16(offset + 30, true) + view.getUint16(offset + 32, true);
  }
  return entries;
}

/** The end of the directory is the last record; only a comment may follow it. */
function findEnd(view: DataView): number {
  const last = view.byteLength - endBytes;
  for (let offset = last; offset >= Math.max(0, last - maxCommentBytes); offset -= 1) {
    if (view.getUint32(offset, true) === endSignature) return offset;
  }
  throw new InvalidModelError(
    `these ${view.byteLength} bytes are no complete zip archive: pass the whole of what a server sends as best.zip`,
  );
}

function locateContent(archive: Uint8Array, { name, compressedBytes, headerOffset }: ZipEntry): Uint8Array {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  if (view.getUint32(headerOffset, true) !== localSignature)
    throw new InvalidModelError(`the header of ${name} in the archive is damaged`);
  const start =
    headerOffset +
    localHeaderBytes +
    view.getUint16(headerOffset + 26, true) +
    view.getUint16(headerOffset + 28, true);
  return archive.subarray(start, start + compressedBytes);
}

async function unpack(
  content: Uint8Array,
  { name, method, bytes: size, crc32 }: ZipEntry,
): Promise<Uint8Array> {
  if (method !== stored && method !== deflated)
    throw new InvalidModelError(`${name} in the archive is compressed in an unknown way (method ${method})`);
  const pieces: Uint8Array[] = [];
  const crc = new Crc32();
  let found = 0;
  for await (const piece of readPieces(content, { name, isDeflated: method === deflated })) {
    found += piece.byteLength;
    if (found > size)
      throw new InvalidModelError(`${name} in the archive has more bytes than its directory says: ${size}`);
    crc.update(piece);
    pieces.push(piece);
  }
  if (found !== size)
    throw new InvalidModelError(`${name} in the archive has ${found} bytes; expected ${size}`);
  if (crc.value !== crc32)
    throw new InvalidModelError(`${name} in the archive does not match its checksum: download it again`);
  return concatenate(pieces, size);
}

/** Unpacks as the pieces are taken, so that a reader can stop before memory is full, and others have their turn. */
async function* readPieces(
  content: Uint8Array,
  { name, isDeflated }: { readonly name: string; readonly isDeflated: boolean },
): AsyncGenerator<Uint8Array, void, undefined> {
  if (!isDeflated) {
    for (let offset = 0; offset < content.byteLength; offset += pieceBytes) {
      await new Promise((resolve) => setTimeout(resolve));
      yield content.subarray(offset, offset + pieceBytes);
    }
    return;
  }
  const packed = new Blob([new Uint8Array(content)]).stream();
  const reader = packed.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  try {
    for (;;) {
      const { done, value } = await readPiece(reader, name);
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

type Reader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

async function readPiece(reader: Reader, name: string): ReturnType<Reader['read']> {
  try {
    return await reader.read();
  } catch (error) {
    throw new InvalidModelError(`${name} in the archive cannot be decompressed`, { cause: error });
  }
}

function concatenate(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.byteLength;
  }
  return bytes;
}
