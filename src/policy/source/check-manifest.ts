// Checksum test of model files against their manifest, without schemas.
import { InvalidModelError } from '../../shared/model-format/invalid-model-error.ts';
import type { ModelFiles } from '../../shared/model-format/read-model.ts';
import { JsonPart } from '../card/json-part.ts';
import { requireFile } from '../card/read-policy-model.ts';

export const manifestName = 'manifest.json';

/**
 * Throws InvalidModelError if a file does not match the manifest. Without a manifest nothing can be checked, nor in
 * browsers on pages from plain HTTP (except from the machine itself), which have no SHA-256.
 */
export async function checkManifest(files: ModelFiles): Promise<void> {
  const manifest = files.get(manifestName);
  const { subtle }: { readonly subtle?: typeof crypto.subtle } = crypto;
  if (manifest === undefined || subtle === undefined) return;
  for (const [name, entry] of JsonPart.parse(manifestName, manifest).field('files').entries()) {
    const digest = await subtle.digest('SHA-256', new Uint8Array(requireFile(files, name)));
    if (toHexadecimal(digest) !== entry.field('sha256').text())
      throw new InvalidModelError(
        `${name} does not match its checksum in ${manifestName}: download it again`,
      );
  }
}

function toHexadecimal(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
