// Reads one directory of an artifact and says whether it can be trusted.
import { lstat, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import { explainDiskError } from './explain-disk-error.ts';
import {
  artifactManifestSchema,
  hashBytes,
  manifestName,
  type ArtifactManifest,
} from './artifact-manifest.ts';

export interface ArtifactContents {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly manifest: ArtifactManifest;
}

export type ArtifactVersion =
  | { readonly state: 'valid'; readonly artifact: ArtifactContents }
  /** The reason names files by their last part: it may reach clients. */
  | { readonly state: 'corrupt'; readonly reason: string }
  /** A writer put another version in its place meanwhile. */
  | { readonly state: 'replaced' }
  | { readonly state: 'missing' };

/** What keeps this process from reading a file, for now, and says nothing of the file. */
const passingCodes: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'EAGAIN',
  'EACCES',
  'EPERM',
]);

/** A file could not be read, which does not make it a damaged one: what is sound must not be given up for that. */
export class ArtifactUnreadableError extends AppError {
  readonly code = 'ARTIFACT_UNREADABLE';

  constructor(name: string, cause: unknown) {
    super(`${name} cannot be read: ${explainDiskError(cause) ?? 'an unexpected error'}`, { cause });
  }
}

/** A manifest of a few files takes some hundred bytes; no writer of ours makes one that is larger. */
const maxManifestBytes = 1024 * 1024;

/** Reads and checks the version at `path`. */
export async function readArtifactVersion(path: string): Promise<ArtifactVersion> {
  const identity = await identify(path);
  if (identity === null) return { state: 'missing' };
  try {
    return { state: 'valid', artifact: await readChecked(path) };
  } catch (error) {
    if (error instanceof ArtifactUnreadableError) throw error;
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
    const code = readCode(error) ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw passingCodes.has(code) ? new ArtifactUnreadableError(basename(path), error) : error;
  }
}

async function readChecked(path: string): Promise<ArtifactContents> {
  const manifest = parseManifest(await readPlainFile(path, manifestName, { maxBytes: maxManifestBytes }));
  const files = new Map<string, Uint8Array>();
  for (const [name, expected] of Object.entries(manifest.files)) {
    const bytes = await readPlainFile(path, name, { exactBytes: expected.bytes });
    if (hashBytes(bytes) !== expected.sha256) throw new Error(`${name} does not match its checksum`);
    files.set(name, bytes);
  }
  return { files, manifest };
}

function parseManifest(bytes: Uint8Array): ArtifactManifest {
  const parsed = artifactManifestSchema.safeParse(parseJson(bytes));
  if (parsed.success) return parsed.data;
  const [reason = ''] = z.prettifyError(parsed.error).split('\n');
  throw new Error(`${manifestName} is none of this format: ${reason}`);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Error(`${manifestName} is not JSON`, { cause: error });
  }
}

/**
 * Reads a file once its size is known to be right: something else in its place must neither fill the memory nor, as a
 * pipe would, be waited for.
 */
async function readPlainFile(
  directory: string,
  name: string,
  { exactBytes, maxBytes = Infinity }: { readonly exactBytes?: number; readonly maxBytes?: number },
): Promise<Uint8Array> {
  try {
    const status = await lstat(join(directory, name));
    if (!status.isFile()) throw new Error(`${name} is not a plain file`);
    if (exactBytes !== undefined && status.size !== exactBytes) {
      throw new Error(`${name} has ${status.size} bytes instead of ${exactBytes}`);
    }
    if (status.size > maxBytes) throw new Error(`${name} has more than ${maxBytes} bytes`);
    return new Uint8Array(await readFile(join(directory, name)));
  } catch (error) {
    const code = readCode(error);
    if (code === null) throw error;
    if (passingCodes.has(code)) throw new ArtifactUnreadableError(name, error);
    // Messages of the file system hold whole paths.
    throw new Error(code === 'ENOENT' ? `${name} is missing` : `${name} cannot be read: ${code}`, {
      cause: error,
    });
  }
}

function readCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
