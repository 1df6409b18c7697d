// Creation of a manifest for files that are about to be written.
import { createHash } from 'node:crypto';
import { artifactManifestSchema, type ArtifactManifest } from './artifact-manifest.ts';
import { splitBytes } from './split-bytes.ts';

/** Returns the lower-case hexadecimal SHA-256 of `bytes`. */
export async function hashBytes(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of splitBytes(bytes)) hash.update(piece);
  return hash.digest('hex');
}

/** Creates the manifest of `files`, which must not change meanwhile. Throws if a name is not a plain file name. */
export async function createArtifactManifest(
  files: ReadonlyMap<string, Uint8Array>,
  metadata: Readonly<Record<string, unknown>>,
): Promise<ArtifactManifest> {
  const described: ArtifactManifest['files'] = {};
  for (const [name, bytes] of files) {
    described[name] = { bytes: bytes.byteLength, sha256: await hashBytes(bytes) };
  }
  return artifactManifestSchema.parse({
    version: 1,
    createdAt: new Date().toISOString(),
    files: described,
    metadata,
  });
}
