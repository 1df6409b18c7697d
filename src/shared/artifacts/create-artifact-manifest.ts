// Describes files as they are about to be written.
import { createHash } from 'node:crypto';
import { artifactManifestSchema, type ArtifactManifest } from './artifact-manifest.ts';

/** The lower-case hexadecimal SHA-256 of `bytes`. */
export function hashBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The manifest of `files`; throws where a name is no plain file name. */
export function createArtifactManifest(
  files: ReadonlyMap<string, Uint8Array>,
  metadata: Readonly<Record<string, unknown>>,
): ArtifactManifest {
  const described: ArtifactManifest['files'] = {};
  for (const [name, bytes] of files) described[name] = { bytes: bytes.byteLength, sha256: hashBytes(bytes) };
  return artifactManifestSchema.parse({
    version: 1,
    createdAt: new Date().toISOString(),
    files: described,
    metadata,
  });
}
