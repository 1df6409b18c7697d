// Reads one directory of an artifact and says whether it can be trusted.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  artifactManifestSchema,
  hashBytes,
  manifestName,
  type ArtifactManifest,
} from './artifact-manifest.ts';

export interface Artifact {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly manifest: ArtifactManifest;
}

export type ArtifactVersion =
  | { readonly state: 'valid'; readonly artifact: Artifact }
  | { readonly state: 'corrupt'; readonly reason: string }
  /** A writer put another version in its place meanwhile. */
  | { readonly state: 'replaced' }
  | { readonly state: 'missing' };

/** Reads and checks the version at `path`. */
export async function readArtifactVersion(path: string): Promise<ArtifactVersion> {
  const identity = await identify(path);
  if (identity === null) return { state: 'missing' };
  try {
    return { state: 'valid', artifact: await readChecked(path) };
  } catch (error) {
    if ((await identify(path)) !== identity) return { state: 'replaced' };
    return { state: 'corrupt', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** What tells one directory from another under the same path; null when there is none. */
async function identify(path: string): Promise<string | null> {
  try {
    const { ino, mtimeNs } = await stat(path, { bigint: true });
    return `${ino}:${mtimeNs}`;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function readChecked(path: string): Promise<Artifact> {
  const text = await readFile(join(path, manifestName), 'utf8');
  const manifest = artifactManifestSchema.parse(JSON.parse(text));
  const files = new Map<string, Uint8Array>();
  for (const [name, expected] of Object.entries(manifest.files)) {
    const bytes = new Uint8Array(await readFile(join(path, name)));
    if (bytes.byteLength !== expected.bytes) {
      throw new Error(`${name} has ${bytes.byteLength} bytes instead of ${expected.bytes}`);
    }
    if (hashBytes(bytes) !== expected.sha256) throw new Error(`${name} does not match its checksum`);
    files.set(name, bytes);
  }
  return { files, manifest };
}
