// A version of a model whose files are open: they can be sent whatever happens to their directory meanwhile.
import type { FileHandle } from 'node:fs/promises';
import type { ArtifactManifest } from '../../../shared/artifacts/artifact-manifest.ts';
import { explainFailure, openPlainFile } from '../../../shared/artifacts/plain-file.ts';
import { readManifest } from '../../../shared/artifacts/read-artifact-version.ts';
import type { FileDigest, FileDigests } from './file-digests.ts';

export interface OpenFile extends FileDigest {
  readonly handle: FileHandle;
  readonly bytes: number;
}

export interface OpenModel {
  readonly manifest: ArtifactManifest;
  /** The manifest as it is stored. */
  readonly manifestBytes: Uint8Array;
  readonly files: ReadonlyMap<string, OpenFile>;
  close(): Promise<void>;
}

/** The version at `path`; throws where a file is not what its manifest says. */
export async function openModel(path: string, digests: FileDigests): Promise<OpenModel> {
  const { manifest, manifestBytes } = await readManifest(path);
  const files = new Map<string, OpenFile>();
  const close = async (): Promise<void> => {
    await Promise.all([...files.values()].map(({ handle }) => handle.close()));
  };
  try {
    for (const [name, { bytes, sha256 }] of Object.entries(manifest.files)) {
      const handle = await openPlainFile(path, name, { exactBytes: bytes });
      files.set(name, { handle, bytes, sha256, crc32: 0 });
      const digest = await explainFailure(name, () => digests.read(handle));
      if (digest.sha256 !== sha256) throw new Error(`${name} does not match its checksum`);
      files.set(name, { handle, bytes, ...digest });
    }
    return { manifest, manifestBytes, files, close };
  } catch (error) {
    await close();
    throw error;
  }
}
