// Reader of a model's zip archive (PKWARE APPNOTE, sections 4.3 and 4.4), such as best.zip of a server.
import { InvalidModelError } from '../../shared/model-format/invalid-model-error.ts';
import type { ModelFiles } from '../../shared/model-format/read-model.ts';
import { computeCrc32 } from './crc32.ts';

const endBytes = 22;
const maxCommentBytes = 65_535;
const directoryHeaderBytes = 46;
const localHeaderBytes = 30;
const endSignature = 0x06054b50;
const directorySignature = 0x02014b50;
const localSignature = 0x04034b50;
const stored = 0;
const deflated = 8;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly headerOffset: number;
}

/** Unpacks the files of an archive. Throws InvalidModelError if it is no archive, incomplete or damaged. */
export async function unzipModel(archive: Uint8Array): Promise<ModelFiles> {
  const files = new Map<string, Uint8Array>();
  try {
    for (const entry of listEntries(archive)) files.set(entry.name, await readEntry(archive, entry));
  } catch (error) {
    // DataView refuses to read outside of its bytes.
    if (error instanceof RangeError)
      throw new InvalidModelError('the archive is damaged: its directory points outside of it', {
        cause: error,
      });
    throw error;
  }
  return files;
}

function listEntries(archive: Uint8Array): Entry[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  const entries: Entry[] = [];
  let offset = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index += 1) {
    if (view.getUint32(offset, true) !== directorySignature)
      throw new InvalidModelError('the directory of the archive is damaged');
    const nameBytes = view.getUint16(offset + 28, true);
    const start = offset + directoryHeaderBytes;
    entries.push({
      name: new TextDecoder().decode(archive.subarray(start, start + nameBytes)),
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

async function readEntry(archive: Uint8Array, entry: Entry): Promise<Uint8Array> {
  const { name, method, compressedBytes, bytes: size, headerOffset } = entry;
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  if (view.getUint32(headerOffset, true) !== localSignature)
    throw new InvalidModelError(`the header of ${name} in the archive is damaged`);
  const start =
    headerOffset +
    localHeaderBytes +
    view.getUint16(headerOffset + 26, true) +
    view.getUint16(headerOffset + 28, true);
  const content = archive.subarray(start, start + compressedBytes);
  if (method !== stored && method !== deflated)
    throw new InvalidModelError(`${name} in the archive is compressed in an unknown way (method ${method})`);
  const bytes = method === stored ? content : await inflate(name, content);
  if (bytes.byteLength !== size)
    throw new InvalidModelError(`${name} in the archive has ${bytes.byteLength} bytes; expected ${size}`);
  if (computeCrc32(bytes) !== entry.crc32)
    throw new InvalidModelError(`${name} in the archive does not match its checksum: download it again`);
  return bytes;
}

async function inflate(name: string, content: Uint8Array): Promise<Uint8Array> {
  try {
    const stream = new Blob([new Uint8Array(content)])
      .stream()
      .pipeThrough(new DecompressionStream('deflate-raw'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (error) {
    throw new InvalidModelError(`${name} in the archive cannot be decompressed`, { cause: error });
  }
}
