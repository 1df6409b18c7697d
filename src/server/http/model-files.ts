// Reads models from the data directory for the routes.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import type { Logger } from 'pino';
import { readArtifact, type Artifact } from '../../shared/artifacts/read-artifact.ts';
import type { JobId } from '../../shared/job/job.ts';
import type { ModelName } from '../../shared/job/model-name.ts';
import { modelFileNames } from '../../shared/model-format/model-files.ts';
import { ModelNotReadyError } from '../jobs/job-errors.ts';
import type { DataDirectory } from '../store/data-directory.ts';

export interface ModelFile {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

/** Which model of which job. */
export interface ModelAddress {
  readonly jobId: JobId;
  readonly model: ModelName;
}

export class ModelReader {
  readonly #directory: Pick<DataDirectory, 'modelDirectory'>;
  readonly #log: Logger;
  /** By model, the damage that was logged: the next reader need not hear of it again. */
  readonly #logged = new Map<string, string>();

  constructor(directory: Pick<DataDirectory, 'modelDirectory'>, log: Logger) {
    this.#directory = directory;
    this.#log = log;
  }

  /** One file of a model; throws ModelNotReadyError where the model does not exist yet. */
  async readFile(address: ModelAddress, name: string): Promise<ModelFile> {
    const artifact = await this.#read(address);
    const bytes = artifact.files.get(name);
    if (!bytes) throw new ModelNotReadyError(address.model);
    return { bytes, etag: createEtag(bytes) };
  }

  /** A model's files in one archive; the same model gives the same bytes. */
  async readArchive(address: ModelAddress): Promise<ModelFile> {
    const artifact = await this.#read(address);
    const entries = Object.values(modelFileNames).flatMap((name) => {
      const file = artifact.files.get(name);
      return file ? [[name, file] as const] : [];
    });
    // Zip knows no year before 1980, and the time of the request would change the bytes.
    const bytes = zipSync(Object.fromEntries(entries), { level: 6, mtime: '1980-01-01T12:00:00' });
    return { bytes, etag: createEtag(bytes) };
  }

  async #read({ jobId, model }: ModelAddress): Promise<Artifact> {
    const artifact = await readArtifact(this.#directory.modelDirectory(jobId, model));
    if (!artifact) throw new ModelNotReadyError(model);
    this.#noteDamage({ jobId, model }, artifact);
    return artifact;
  }

  #noteDamage({ jobId, model }: ModelAddress, { damages, manifest }: Artifact): void {
    const key = `${jobId}/${model}`;
    if (damages.length === 0) {
      this.#logged.delete(key);
      return;
    }
    // The version that serves instead tells one damaged version from the next.
    const damage = [manifest.createdAt, ...damages].join('\n');
    if (this.#logged.get(key) === damage) return;
    this.#logged.set(key, damage);
    this.#log.warn({ jobId, model, damages }, 'model is damaged, the version before is served');
  }
}

/** Answers with the file, or 304 where the client has it. */
export function sendModelFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { file, type }: { file: ModelFile; type: string },
): FastifyReply {
  reply.header('etag', file.etag).header('cache-control', 'no-cache');
  // A page on another site may load the model: that is what it is for.
  reply.header('cross-origin-resource-policy', 'cross-origin');
  if (matchesEtag(request.headers['if-none-match'], file.etag)) return reply.code(304).send();
  return reply.type(type).send(Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength));
}

function createEtag(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('base64url')}"`;
}

/** RFC 9110, section 13.1.2: a list of tags compared weakly, or any. */
function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
