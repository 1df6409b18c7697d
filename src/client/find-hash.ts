// SHA-256 by what browsers and Node both have.
import type { HashBytes } from '../shared/artifacts/require-matching-files.ts';

/** Null where there is none: browsers have it only on pages from HTTPS or from the local machine. */
export function findHash(): HashBytes | null {
  const { subtle }: { readonly subtle?: typeof crypto.subtle } = crypto;
  if (subtle === undefined) return null;
  return async (bytes) => toHexadecimal(await subtle.digest('SHA-256', new Uint8Array(bytes)));
}

function toHexadecimal(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
