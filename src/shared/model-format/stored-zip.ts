// Headers of a zip archive whose files are stored uncompressed: weights hardly compress. With sizes and checksums
// known in advance, an archive is sent without reading it first (PKWARE APPNOTE, sections 4.3–4.4).
import { Crc32 } from './crc32.ts';

export interface ZipEntry {
  /** In ASCII. */
  readonly name: string;
  readonly bytes: number;
  readonly crc32: number;
}

const localHeaderBytes = 30;
const directoryHeaderBytes = 46;
const endBytes = 22;
const version = 10;
/** Noon of zip's first day, in 1980. The time of the request would change the bytes. */
const dosTime = 12 << 11;
const dosDate = (1 << 5) | 1;

/** Creates the header before the bytes of an entry. */
export function createLocalHeader(entry: ZipEntry): Uint8Array {
  const header = new Uint8Array(localHeaderBytes + entry.name.length);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0x04034b50, true);
  writeDescription(view, 4, entry);
  header.set(new TextEncoder().encode(entry.name), localHeaderBytes);
  return header;
}

/** Creates the directory after the last entry. */
export function createDirectory(entries: readonly ZipEntry[]): Uint8Array {
  const size = entries.reduce((sum, { name }) => sum + directoryHeaderBytes + name.length, 0);
  const directory = new Uint8Array(size + endBytes);
  let at = 0;
  let offset = 0;
  for (const entry of entries) {
    const view = new DataView(directory.buffer, at);
    view.setUint32(0, 0x02014b50, true);
    view.setUint16(4, version, true);
    writeDescription(view, 6, entry);
    view.setUint32(42, offset, true);
    directory.set(new TextEncoder().encode(entry.name), at + directoryHeaderBytes);
    at += directoryHeaderBytes + entry.name.length;
    offset += localHeaderBytes + entry.name.length + entry.bytes;
  }
  const end = new DataView(directory.buffer, size);
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, entries.length, true);
  end.setUint16(10, entries.length, true);
  end.setUint32(12, size, true);
  end.setUint32(16, offset, true);
  return directory;
}

/** Creates a whole archive of files that are in memory; their names must be in ASCII. */
export function zipFiles(files: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  const entries = Array.from(files, ([name, content]) => {
    const checksum = new Crc32();
    checksum.update(content);
    return { name, bytes: content.byteLength, crc32: checksum.value, content };
  });
  const parts = [
    ...entries.flatMap((entry) => [createLocalHeader(entry), entry.content]),
    createDirectory(entries),
  ];
  const archive = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    archive.set(part, at);
    at += part.byteLength;
  }
  return archive;
}

/** Writes the fields that both kinds of header have. Flags and method (stored) stay 0. */
function writeDescription(view: DataView, at: number, { name, bytes, crc32 }: ZipEntry): void {
  view.setUint16(at, version, true);
  view.setUint16(at + 6, dosTime, true);
  view.setUint16(at + 8, dosDate, true);
  view.setUint32(at + 10, crc32, true);
  view.setUint32(at + 14, bytes, true);
  view.setUint32(at + 18, bytes, true);
  view.setUint16(at + 22, name.length, true);
}
