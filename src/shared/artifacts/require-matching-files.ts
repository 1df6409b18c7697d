// Checksum test of a model's files against the manifest that came with them.
import { InvalidModelError } from '../model-format/invalid-model-error.ts';
import { artifactManifestSchema, manifestName } from './artifact-manifest.ts';

/** Returns the lower-case hexadecimal SHA-256. */
export type HashBytes = (bytes: Uint8Array) => Promise<string>;

/** Throws InvalidModelError if a file is damaged or missing. `manifest` is parsed JSON. */
export async function requireMatchingFiles(
  files: ReadonlyMap<string, Uint8Array>,
  manifest: unknown,
  hash: HashBytes,
): Promise<void> {
  const parsed = artifactManifestSchema.safeParse(manifest);
  if (!parsed.success) throw new InvalidModelError(`${manifestName} is damaged: download the model again`);
  for (const [name, { sha256 }] of Object.entries(parsed.data.files)) {
    const bytes = files.get(name);
    if (bytes === undefined) throw new InvalidModelError(`the archive has no ${name}`);
    if ((await hash(bytes)) !== sha256)
      throw new InvalidModelError(`${name} does not match its checksum: download the model again`);
  }
}
