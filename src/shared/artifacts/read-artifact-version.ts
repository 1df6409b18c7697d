// Reader and check of one version of an artifact.
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { artifactManifestSchema, type ArtifactManifest } from './artifact-manifest.ts';
import { manifestName } from './manifest-name.ts';
import { hashBytes } from './create-artifact-manifest.ts';
import { ArtifactUnreadableError, isPassing, readErrorCode, readPlainFile } from './plain-file.ts';

export interface ArtifactContents {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly manifest: ArtifactManifest;
}

export type ArtifactVersion<Contents> =
  | { readonly state: 'valid'; readonly contents: Contents }
  /** Names files by their last part, because clients may see it. */
  | { readonly state: 'corrupt'; readonly reason: string }
  /** A writer replaced it by another version meanwhile. */
  | { readonly state: 'replaced' }
  | { readonly state: 'missing' };

/** A manifest of a few files has some hundred bytes; our writers never make a larger one. */
const maxManifestBytes = 1024 * 1024;

/** Reads and checks the version at `path`. */
export async function readArtifactVersion(path: string): Promise<ArtifactVersion<ArtifactContents>> {
  return await inspectArtifactVersion(path, readChecked);
}

/** Inspects the version at `path` with `read`, which throws if the version is damaged. */
export async function inspectArtifactVersion<Contents>(
  path: string,
  read: (path: string) => Promise<Contents>,
): Promise<ArtifactVersion<Contents>> {
  const identity = await identify(path);
  if (identity === null) return { state: 'missing' };
  try {
    return { state: 'valid', contents: await read(path) };
  } catch (error) {
    if (error instanceof ArtifactUnreadableError) throw error;
    if ((await identify(path)) !== identity) return { state: 'replaced' };
    return { state: 'corrupt', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Reads the manifest of the version at `path`, together with its bytes as stored. */
export async function readManifest(
  path: string,
): Promise<{ readonly manifest: ArtifactManifest; readonly manifestBytes: Uint8Array }> {
  const manifestBytes = await readPlainFile(path, manifestName, { maxBytes: maxManifestBytes });
  return { manifest: parseManifest(manifestBytes), manifestBytes };
}

/** Identifies a directory, to notice that another one has its path; null if there is none. */
async function identify(path: string): Promise<string | null> {
  try {
    const { ino, mtimeNs } = await stat(path, { bigint: true });
    return `${ino}:${mtimeNs}`;
  } catch (error) {
    const code = readErrorCode(error) ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw isPassing(code) ? new ArtifactUnreadableError(basename(path), error) : error;
  }
}

async function readChecked(path: string): Promise<ArtifactContents> {
  const { manifest } = await readManifest(path);
  const files = new Map<string, Uint8Array>();
  for (const [name, expected] of Object.entries(manifest.files)) {
    const bytes = await readPlainFile(path, name, { exactBytes: expected.bytes });
    if ((await hashBytes(bytes)) !== expected.sha256) throw new Error(`${name} does not match its checksum`);
    files.set(name, bytes);
  }
  return { files, manifest };
}

function parseManifest(bytes: Uint8Array): ArtifactManifest {
  const parsed = artifactManifestSchema.safeParse(parseJson(bytes));
  if (parsed.success) return parsed.data;
  const [reason = ''] = z.prettifyError(parsed.error).split('\n');
  throw new Error(`${manifestName} has an unknown format: ${reason}`);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Error(`${manifestName} is not JSON`, { cause: error });
  }
}
