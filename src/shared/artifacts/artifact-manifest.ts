// The manifest of an artifact: what its directory must hold. It is written last, so that its presence means "complete".
import { createHash } from 'node:crypto';
import { z } from 'zod';

export const manifestName = 'manifest.json';

// A manifest may come from someone else's directory: a name must never lead out of it.
const fileNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/, 'must be a plain file name')
  .refine((name) => name !== manifestName, `${manifestName} is reserved`);

export const artifactManifestSchema = z.strictObject({
  version: z.literal(1),
  createdAt: z.iso.datetime(),
  files: z.record(
    fileNameSchema,
    z.strictObject({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
  metadata: z.record(z.string(), z.unknown()),
});
export type ArtifactManifest = z.infer<typeof artifactManifestSchema>;

/** The lower-case hexadecimal SHA-256 of `bytes`. */
export function hashBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Describes `files` as they are about to be written; throws where a name is no plain file name. */
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
