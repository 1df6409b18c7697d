// Reader of models in the data directory, for the routes.
import type { Logger } from 'pino';
import type { DirectoryArtifactStore } from '../../../shared/artifacts/directory-artifact-store.ts';
import { findValidVersion } from '../../../shared/artifacts/read-artifact.ts';
import { inspectArtifactVersion } from '../../../shared/artifacts/read-artifact-version.ts';
import type { JobId } from '../../../shared/job/job.ts';
import type { ModelName } from '../../../shared/job/model-name.ts';
import { ModelNotReadyError } from '../../jobs/job-errors.ts';
import { FileDigests } from './file-digests.ts';
import { openModel, type OpenModel } from './open-model.ts';

/** Names a model of a job. */
export interface ModelAddress {
  readonly jobId: JobId;
  readonly model: ModelName;
}

export class ModelReader {
  readonly #artifacts: Pick<DirectoryArtifactStore, 'locate'>;
  readonly #log: Logger;
  readonly #digests = new FileDigests();
  /** The damage already logged for each model, so that it is not logged for every reader. */
  readonly #logged = new Map<string, string>();

  constructor(artifacts: Pick<DirectoryArtifactStore, 'locate'>, log: Logger) {
    this.#artifacts = artifacts;
    this.#log = log;
  }

  /**
   * Opens the newest valid version, with the one wanted file or with all files; the caller closes it. Throws
   * ModelNotReadyError if there is none yet.
   */
  async open({ jobId, model }: ModelAddress, wanted: string | null): Promise<OpenModel> {
    const found = await findValidVersion(this.#artifacts.locate({ jobId, name: model }), (version) =>
      inspectArtifactVersion(version, (path) => openModel(path, this.#digests, wanted)),
    );
    if (!found) throw new ModelNotReadyError(model);
    this.#noteDamage({ jobId, model }, { ...found.contents, damages: found.damages });
    return found.contents;
  }

  #noteDamage(
    { jobId, model }: ModelAddress,
    { damages, manifest }: Pick<OpenModel, 'manifest'> & { readonly damages: readonly string[] },
  ): void {
    const key = `${jobId}/${model}`;
    if (damages.length === 0) {
      this.#logged.delete(key);
      return;
    }
    // The version that is served instead distinguishes one damaged version from the next.
    const damage = [manifest.createdAt, ...damages].join('\n');
    if (this.#logged.get(key) === damage) return;
    this.#logged.set(key, damage);
    this.#log.warn({ jobId, model, damages }, 'model is damaged, the previous version is served');
  }
}
