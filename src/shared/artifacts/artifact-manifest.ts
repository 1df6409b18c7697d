// Manifest of an artifact: the list of files in its directory. It is written last, so a directory with a manifest is
// complete.
import { z } from 'zod';
import { manifestName } from './manifest-name.ts';

// A manifest may come from somebody else's directory, so a name must never lead out of it.
const fileNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/, 'must be a plain file name')
  .refine((name) => name !== manifestName, `${manifestName} is reserved`);

/** Newer writers may add fields; unknown fields are ignored. */
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
