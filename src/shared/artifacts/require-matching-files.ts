// Checksum test of downloaded model files against their manifest.
import { artifactManifestSchema, manifestName } from '../shared/artifacts/artifact-manifest.ts';
import { InvalidModelError } from '../shared/model-format/invalid-model-error.ts';

/** Returns whether the files could be checked. Throws InvalidModelError if one is damaged. */
export async function checkModelFiles(
  files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
  manifest: unknown,
): Promise<boolean> {
  const parsed = artifactManifestSchema.safeParse(manifest);
  if (!parsed.success) throw new InvalidModelError(`${manifestName} is damaged: download the model again`);
  // Browsers have `crypto.subtle` only on pages from HTTPS or from the local machine.
  const { subtle }: { readonly subtle?: typeof crypto.subtle } = crypto;
  if (subtle === undefined) return false;
  for (const [name, { sha256 }] of Object.entries(parsed.data.files)) {
    const bytes = files.get(name);
    if (bytes === undefined) throw new InvalidModelError(`the archive has no ${name}`);
    if (toHexadecimal(await subtle.digest('SHA-256', bytes)) !== sha256) {
      throw new InvalidModelError(`${name} does not match its checksum: download the model again`);
    }
  }
  return true;
}

function toHexadecimal(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
