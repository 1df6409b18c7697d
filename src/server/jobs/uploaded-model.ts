// Model in an uploaded archive that a job starts from. Its files may be anything: nothing is unpacked before its size is
// known and allowed, and only what a model needs.
import { readFile } from 'node:fs/promises';
import { manifestName } from '../../shared/artifacts/manifest-name.ts';
import { requireMatchingFiles } from '../../shared/artifacts/require-matching-files.ts';
import { listWeightFiles, readForeignModel } from '../../shared/model-format/foreign-model.ts';
import { InvalidModelError } from '../../shared/model-format/invalid-model-error.ts';
import { modelFileNames } from '../../shared/model-format/model-files.ts';
import { readModelJson } from '../../shared/model-format/read-model.ts';
import { openStartModel, refuseStart, type StartModel } from '../../shared/model-format/start-model.ts';
import { listZipEntries, readZipEntry, type ZipEntry } from '../../shared/model-format/unzip-model.ts';

/** An archive as it was received. */
export interface UploadedModel {
  readonly path: string;
  /** SHA-256 of the archive, in hexadecimal. */
  readonly sha256: string;
}

/** The topology and the card of a large network have some 50 KB. */
const maxDocumentBytes = 1024 * 1024;
/** 32 million parameters. */
const maxWeightBytes = 128 * 1024 * 1024;

let opened: Promise<unknown> = Promise.resolve();

/**
 * Opens the model: one of this project, or any layers model of TensorFlow.js. Throws InvalidJobError if the archive has
 * no model, or a damaged one. Archives are opened one after the other, because each takes several times its memory.
 */
export async function openUploadedModel({ path }: UploadedModel): Promise<StartModel> {
  const opening = opened.then(async () => await openArchive(await readFile(path)));
  opened = opening.catch(() => undefined);
  try {
    return await opening;
  } catch (error) {
    throw error instanceof InvalidModelError ? refuseStart('model', error.message) : error;
  }
}

async function openArchive(bytes: Uint8Array): Promise<StartModel> {
  const archive = new ModelArchive(bytes);
  const model = await archive.read(modelFileNames.model, maxDocumentBytes);
  return archive.has(modelFileNames.card) ? await openOwn(archive, model) : await openForeign(archive, model);
}

async function openOwn(archive: ModelArchive, model: Uint8Array): Promise<StartModel> {
  const files = new Map([
    [modelFileNames.model, model],
    [modelFileNames.card, await archive.read(modelFileNames.card, maxDocumentBytes)],
    [modelFileNames.weights, await archive.read(modelFileNames.weights, maxWeightBytes)],
  ]);
  if (archive.has(manifestName)) {
    const manifest = await archive.read(manifestName, maxDocumentBytes);
    await requireMatchingFiles(new Map([...files, [manifestName, manifest]]));
  }
  return openStartModel(files);
}

/** A model of TensorFlow.js may have its weights in several files. */
async function openForeign(archive: ModelArchive, model: Uint8Array): Promise<StartModel> {
  const described = new Map<string, Uint8Array>([[modelFileNames.model, model]]);
  const pieces: Uint8Array[] = [];
  let room = maxWeightBytes;
  for (const name of listWeightFiles(readForeignModel(readModelJson(described)))) {
    const piece = await archive.read(name, room);
    room -= piece.byteLength;
    pieces.push(piece);
  }
  return openStartModel(described.set(modelFileNames.weights, new Uint8Array(Buffer.concat(pieces))));
}

/** The files beside model.json, which may be in a folder. */
class ModelArchive {
  readonly #bytes: Uint8Array;
  readonly #entries: ReadonlyMap<string, ZipEntry>;
  readonly #folder: string;

  /** Throws InvalidModelError if it is no archive, or has not exactly one model.json nearest to its top. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#entries = listZipEntries(bytes);
    this.#folder = findFolder([...this.#entries.keys()]);
  }

  has(name: string): boolean {
    return this.#entries.has(this.#folder + name);
  }

  /** Unpacks a file. Throws InvalidModelError if it is missing, damaged or larger than `maxBytes`. */
  async read(name: string, maxBytes: number): Promise<Uint8Array> {
    const entry = this.#entries.get(this.#folder + name);
    if (entry === undefined) throw new InvalidModelError(`the archive has no ${name}`);
    if (entry.bytes > maxBytes)
      throw new InvalidModelError(
        `${name} in the archive has ${entry.bytes} bytes once it is unpacked; at most ${maxBytes} are allowed`,
      );
    return await readZipEntry(this.#bytes, entry);
  }
}

function findFolder(names: readonly string[]): string {
  const folders = names
    .filter((name) => name === modelFileNames.model || name.endsWith(`/${modelFileNames.model}`))
    // macOS keeps a twin of each file there.
    .filter((name) => !name.startsWith('__MACOSX/'))
    .map((name) => name.slice(0, -modelFileNames.model.length))
    .sort((first, second) => first.split('/').length - second.split('/').length);
  const [folder, next] = folders;
  if (folder === undefined) throw new InvalidModelError(`the archive has no ${modelFileNames.model}`);
  if (next?.split('/').length === folder.split('/').length)
    throw new InvalidModelError(`the archive has several models: ${folder} and ${next}`);
  return folder;
}
