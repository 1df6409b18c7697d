// Files of a model or checkpoint as one object: the length of their manifest (Uint32, little-endian), the manifest as
// JSON, and the files in its order.
import { artifactManifestSchema, type ArtifactManifest } from '../../shared/artifacts/artifact-manifest.ts';
import { createArtifactManifest, hashBytes } from '../../shared/artifacts/create-artifact-manifest.ts';
import { DamagedObjectError } from './read-object.ts';

const lengthBytes = 4;

export async function packFiles(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const manifest = Buffer.from(JSON.stringify(await createArtifactManifest(files, {})));
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32LE(manifest.length);
  return Buffer.concat([length, manifest, ...files.values()]);
}

/** Returns the files; throws DamagedObjectError if one does not match its checksum. */
export async function unpackFiles(bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  const { manifest, contents } = readManifest(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const files = new Map<string, Uint8Array>();
  let offset = 0;
  for (const [name, expected] of Object.entries(manifest.files)) {
    const file = contents.subarray(offset, offset + expected.bytes);
    offset += expected.bytes;
    if ((await hashBytes(file)) !== expected.sha256)
      throw new DamagedObjectError(`${name} does not match its checksum`);
    files.set(name, file);
  }
  return files;
}

function readManifest(bytes: Buffer): { readonly manifest: ArtifactManifest; readonly contents: Buffer } {
  try {
    const end = lengthBytes + bytes.readUInt32LE(0);
    const manifest = artifactManifestSchema.parse(JSON.parse(bytes.toString('utf8', lengthBytes, end)));
    return { manifest, contents: bytes.subarray(end) };
  } catch (error) {
    throw new DamagedObjectError('it has no manifest', { cause: error });
  }
}
