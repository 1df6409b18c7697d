// The manifest of an artifact: what its directory must hold. It is written last, so that its presence means "complete".
import { z } from 'zod';

export const manifestName = 'manifest.json';

// A manifest may come from someone else's directory: a name must never lead out of it.
const fileNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/, 'must be a plain file name')
  .refine((name) => name !== manifestName, `${manifestName} is reserved`);

/** Newer writers may say more: fields that are not known here are passed over. */
export const artifactManifestSchema = z.object({
  version: z.literal(1),
  createdAt: z.iso.datetime(),
  files: z.record(
    fileNameSchema,
    z.object({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
  metadata: z.record(z.string(), z.unknown()),
});
export type ArtifactManifest = z.infer<typeof artifactManifestSchema>;
