// Artifact store of a run in a browser: the newest version of each model, as the archive that a server would send.
import type { ArtifactAddress, ArtifactName, ArtifactStore } from '../shared/artifacts/artifact-store.ts';
import { artifactManifestSchema, type ArtifactManifest } from '../shared/artifacts/artifact-manifest.ts';
import { manifestName } from '../shared/artifacts/manifest-name.ts';
import { zipFiles } from '../shared/model-format/stored-zip.ts';

export class ArchiveStore implements ArtifactStore {
  readonly #archives = new Map<ArtifactName, Uint8Array<ArrayBuffer>>();

  async write({ name }: ArtifactAddress, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const described: ArtifactManifest['files'] = {};
    for (const [file, bytes] of files)
      described[file] = { bytes: bytes.byteLength, sha256: await hashBytes(bytes) };
    const manifest = artifactManifestSchema.parse({
      version: 1,
      createdAt: new Date().toISOString(),
      files: described,
      metadata: {},
    });
    const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
    this.#archives.set(name, zipFiles(new Map([...files, [manifestName, text]])));
  }

  /** A run in a browser begins from the beginning. */
  async read(): Promise<null> {
    return null;
  }

  /** Returns the newest archive. Throws RangeError if nothing was written. */
  take(name: ArtifactName): Uint8Array<ArrayBuffer> {
    const archive = this.#archives.get(name);
    if (archive === undefined) throw new RangeError(`there is no ${name}`);
    return archive;
  }
}

async function hashBytes(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
