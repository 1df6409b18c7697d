// Posts of jobs as forms: the job, and the archive of the model that it starts from.
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { FastifyRequest } from 'fastify';
import type { UploadedModel } from '../../jobs/uploaded-model.ts';
import { StorageUnavailableError, writeStored } from '../../store/storage-unavailable-error.ts';
import { requirePlain, type ParseJson } from '../json-body.ts';
import { bodyLimitBytes, uploadLimitBytes, type HttpLimits } from '../limits.ts';
import { TooManyUploadsError } from '../problems/http-errors.ts';
import type { App, Services } from '../services.ts';
import { receiveForm } from './receive-form.ts';

interface JobFormsOptions extends Pick<Services, 'storage' | 'store'> {
  readonly parseJson: ParseJson;
  readonly limits: Pick<HttpLimits, 'maxUploads'>;
}

/** Receives forms, and removes their archives when they are answered. */
export class JobForms {
  readonly #options: JobFormsOptions;
  readonly #uploads = new WeakMap<FastifyRequest, UploadedModel>();
  #receiving = 0;

  constructor(options: JobFormsOptions) {
    this.#options = options;
  }

  /** Lets the routes of `scope` take forms: the part `job` becomes the body. */
  register(scope: App): void {
    scope.addContentTypeParser(
      'multipart/form-data',
      async (request: FastifyRequest, payload: IncomingMessage) => {
        requirePlain(request);
        const { job, upload } = await this.#receive(request, payload);
        this.#uploads.set(request, upload);
        return await this.#options.parseJson(request, job);
      },
    );
    const remove = async (request: FastifyRequest): Promise<void> => {
      const upload = this.#uploads.get(request);
      if (upload) await rm(upload.path, { force: true });
    };
    scope.addHook('onResponse', remove);
  }

  /** The model that came with the request; null if none did. */
  find(request: FastifyRequest): UploadedModel | null {
    return this.#uploads.get(request) ?? null;
  }

  async #receive(
    { headers }: FastifyRequest,
    payload: IncomingMessage,
  ): Promise<{ readonly job: string; readonly upload: UploadedModel }> {
    const { storage, store, limits } = this.#options;
    if (storage.problem !== null) throw new StorageUnavailableError(storage.problem);
    if (this.#receiving >= limits.maxUploads) throw new TooManyUploadsError(limits.maxUploads);
    this.#receiving += 1;
    try {
      const directory = store.directory.uploads;
      await writeStored(() => mkdir(directory, { recursive: true }));
      const path = join(directory, `${randomUUID()}.zip`);
      const sizes = { maxJobBytes: bodyLimitBytes, maxModelBytes: uploadLimitBytes };
      const { job, sha256 } = await receiveForm({ headers, payload }, path, sizes);
      return { job, upload: { path, sha256 } };
    } finally {
      this.#receiving -= 1;
    }
  }
}
