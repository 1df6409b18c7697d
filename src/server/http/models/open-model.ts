// Version of a model with open files: they can be sent even if their directory is replaced meanwhile.
import type { FileHandle } from 'node:fs/promises';
import type { ArtifactManifest } from '../../../shared/artifacts/artifact-manifest.ts';
import { explainFailure, openPlainFile } from '../../../shared/artifacts/plain-file.ts';
import { readManifest } from '../../../shared/artifacts/read-artifact-version.ts';
import type { FileDigest, FileDigests } from './file-digests.ts';
import { chunkBytes } from './read-chunks.ts';

export interface OpenFile extends FileDigest {
  readonly bytes: number;
  /** Large files are read when they are sent. Only the weights of a model are large, so a model takes one handle. */
  readonly content: Uint8Array | FileHandle;
}

export interface OpenModel {
  readonly manifest: ArtifactManifest;
  /** The manifest as stored. */
  readonly manifestBytes: Uint8Array;
  /** The wanted files. */
  readonly files: ReadonlyMap<string, OpenFile>;
  close(): Promise<void>;
}

/** Opens the one wanted file, or all files. Throws if a file does not match the manifest. */
export async function openModel(
  path: string,
  digests: FileDigests,
  wanted: string | null,
): Promise<OpenModel> {
  const { manifest, manifestBytes } = await readManifest(path);
  const files = new Map<string, OpenFile>();
  const handles: FileHandle[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(handles.map((handle) => handle.close()));
  };
  try {
    for (const [name, { bytes, sha256 }] of Object.entries(manifest.files)) {
      const handle = await openPlainFile(path, name, { exactBytes: bytes });
      handles.push(handle);
      const digest = await explainFailure(name, () => digests.read(handle));
      if (digest.sha256 !== sha256) throw new Error(`${name} does not match its checksum`);
      const isWanted = wanted === null || name === wanted;
      const isLarge = bytes > chunkBytes;
      if (isWanted) {
        const content = isLarge ? handle : await explainFailure(name, () => handle.readFile());
        files.set(name, { bytes, content, ...digest });
      }
      if (isWanted && isLarge) continue;
      handles.pop();
      await handle.close();
    }
    return { manifest, manifestBytes, files, close };
  } catch (error) {
    await close();
    throw error;
  }
}
