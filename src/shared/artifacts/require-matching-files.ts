// Checksum test of a model's files against the manifest that came with them. It loads no schemas: pages use it too.
import { InvalidModelError } from '../model-format/invalid-model-error.ts';
import { JsonPart } from '../model-format/json-part.ts';
import type { ModelFiles } from '../model-format/read-model.ts';
import { manifestName } from './manifest-name.ts';

/**
 * Tests the files and returns true. Returns false if they cannot be tested: without a manifest, and in browsers on pages
 * from plain HTTP (except from the machine itself), which have no SHA-256. Throws InvalidModelError if a file is damaged
 * or missing.
 */
export async function requireMatchingFiles(files: ModelFiles): Promise<boolean> {
  const manifest = files.get(manifestName);
  const { subtle }: { readonly subtle?: typeof crypto.subtle } = crypto;
  if (manifest === undefined || subtle === undefined) return false;
  for (const [name, entry] of JsonPart.parse(manifestName, manifest).field('files').entries()) {
    const bytes = files.get(name);
    if (bytes === undefined) throw new InvalidModelError(`the model has no ${name}`);
    const digest = await subtle.digest('SHA-256', new Uint8Array(bytes));
    if (toHexadecimal(digest) !== entry.field('sha256').text())
      throw new InvalidModelError(
        `${name} does not match its checksum in ${manifestName}: download the model again`,
      );
  }
  return true;
}

function toHexadecimal(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
