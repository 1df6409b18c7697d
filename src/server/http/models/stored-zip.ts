// Headers of a zip archive whose files are stored uncompressed: weights hardly compress. With sizes and checksums
// known in advance, an archive is sent without reading it first (PKWARE APPNOTE, sections 4.3–4.4).

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
export function createLocalHeader(entry: ZipEntry): Buffer {
  const header = Buffer.alloc(localHeaderBytes + entry.name.length);
  header.writeUInt32LE(0x04034b50, 0);
  writeDescription(header, 4, entry);
  header.write(entry.name, localHeaderBytes, 'ascii');
  return header;
}

/** Creates the directory after the last entry. */
export function createDirectory(entries: readonly ZipEntry[]): Buffer {
  const headers: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const header = Buffer.alloc(directoryHeaderBytes + entry.name.length);
    header.writeUInt32LE(0x02014b50, 0);
    header.writeUInt16LE(version, 4);
    writeDescription(header, 6, entry);
    header.writeUInt32LE(offset, 42);
    header.write(entry.name, directoryHeaderBytes, 'ascii');
    headers.push(header);
    offset += localHeaderBytes + entry.name.length + entry.bytes;
  }
  const directory = Buffer.concat(headers);
  const end = Buffer.alloc(endBytes);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([directory, end]);
}

/** Writes the fields that both kinds of header have. Flags and method (stored) stay 0. */
function writeDescription(header: Buffer, at: number, { name, bytes, crc32 }: ZipEntry): void {
  header.writeUInt16LE(version, at);
  header.writeUInt16LE(dosTime, at + 6);
  header.writeUInt16LE(dosDate, at + 8);
  header.writeUInt32LE(crc32, at + 10);
  header.writeUInt32LE(bytes, at + 14);
  header.writeUInt32LE(bytes, at + 18);
  header.writeUInt16LE(name.length, at + 22);
}
