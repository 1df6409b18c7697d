// Body of a model download: one file, or all files in an archive. Size and tag are known before any file is read.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { manifestName } from '../../../shared/artifacts/manifest-name.ts';
import { convertWeights, type FilePiece, type WeightPiece } from '../../../shared/model-format/file-piece.ts';
import { modelFileNames } from '../../../shared/model-format/model-files.ts';
import {
  createDirectory,
  createLocalHeader,
  type ZipEntry,
} from '../../../shared/model-format/stored-zip.ts';
import type { OpenFile, OpenModel } from './open-model.ts';
import { chunkBytes, readChunks } from './read-chunks.ts';

interface BodyPart {
  readonly bytes: number;
  readonly content: OpenFile['content'] | ConvertedRange;
}

/** A range of a file, or what is made of it when it is sent. */
interface ConvertedRange {
  readonly file: OpenFile['content'];
  readonly piece: WeightPiece;
}

export interface ModelBody {
  readonly etag: string;
  readonly bytes: number;
  /** In the order in which they are sent. */
  readonly parts: readonly BodyPart[];
}

/** Must change if the same files would give another archive. */
const archiveFormat = 'stored zip 1';

/** Creates the body of one file; null if the model has no such file. Its tag is its SHA-256. */
export function createFileBody({ files }: OpenModel, name: string): ModelBody | null {
  const file = files.get(name);
  if (file === undefined) return null;
  return { etag: createEtag(Buffer.from(file.sha256, 'hex')), bytes: file.bytes, parts: [file] };
}

/**
 * Creates the body of all files and their manifest. The same version gives the same bytes; the tag is that of the
 * manifest.
 */
export function createArchiveBody({
  files,
  manifestBytes,
}: Pick<OpenModel, 'files' | 'manifestBytes'>): ModelBody {
  const entries: (ZipEntry & BodyPart)[] = [
    ...[...files].map(([name, { bytes, crc32, content }]) => ({ name, bytes, crc32, content })),
    { name: manifestName, crc32: crc32(manifestBytes), ...createPart(manifestBytes) },
  ];
  const parts = [
    ...entries.flatMap((entry) => [createPart(createLocalHeader(entry)), entry]),
    createPart(createDirectory(entries)),
  ];
  return {
    etag: createEtag(createHash('sha256').update(archiveFormat).update(manifestBytes).digest()),
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    parts,
  };
}

/** Creates the body of a file in another format, which `tag` and the manifest determine. */
export function createConvertedBody(
  { files, manifestBytes }: Pick<OpenModel, 'files' | 'manifestBytes'>,
  pieces: readonly FilePiece[],
  tag: string,
): ModelBody {
  const file = files.get(modelFileNames.weights)?.content ?? new Uint8Array();
  const parts = pieces.map((piece) =>
    piece instanceof Uint8Array ? createPart(piece) : { bytes: piece.byteLength, content: { file, piece } },
  );
  return {
    etag: createEtag(createHash('sha256').update(tag).update(manifestBytes).digest()),
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    parts,
  };
}

/** Yields the bytes of the body. Each piece is read when it is asked for. */
export async function* readBody({ parts }: ModelBody): AsyncGenerator<Uint8Array, void, undefined> {
  for (const { bytes, content } of parts) {
    if (content instanceof Uint8Array) yield content;
    else if ('piece' in content) yield* readConverted(content);
    else yield* readChunks(content, { size: bytes });
  }
}

/** A reordered tensor is read as a whole; it is held in memory until it is sent. */
async function* readConverted({ file, piece }: ConvertedRange): AsyncGenerator<Uint8Array, void, undefined> {
  const { offset: start, sourceBytes: size, reorder } = piece;
  const chunks =
    file instanceof Uint8Array ? [file.subarray(start, start + size)] : readChunks(file, { start, size });
  if (reorder === null) {
    yield* chunks;
    return;
  }
  const source: Uint8Array[] = [];
  for await (const chunk of chunks) source.push(chunk);
  const whole = convertWeights(piece, Buffer.concat(source));
  for (let position = 0; position < whole.byteLength; position += chunkBytes)
    yield whole.subarray(position, position + chunkBytes);
}

function createPart(content: Uint8Array): BodyPart {
  return { bytes: content.byteLength, content };
}

function createEtag(digest: Buffer): string {
  return `"${digest.toString('base64url')}"`;
}
