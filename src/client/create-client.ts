// Typed HTTP client of an a3c server, for Node and browsers.
import { z } from 'zod';
import {
  environmentListSchema,
  presetListSchema,
  type EnvironmentSummary,
  type PresetSummary,
} from '../shared/api/catalogue.ts';
import { jobEventRecordSchema, type JobEvent, type JobEventRecord } from '../shared/api/job-event.ts';
import { jobPageSchema, type JobPage } from '../shared/api/job-page.ts';
import {
  evaluationListSchema,
  learningCurveSchema,
  type LearningCurvePoint,
} from '../shared/api/learning-curve.ts';
import {
  jobOverviewPageSchema,
  serverStatusSchema,
  type JobOverviewPage,
  type ServerStatus,
} from '../shared/api/server-status.ts';
import type { JobRequest, JobSpec } from '../shared/job/job-spec.ts';
import { jobSchema, type EvaluationResult, type Job, type JobState } from '../shared/job/job.ts';
import type { ModelName } from '../shared/job/model-name.ts';
import type { ExportFormat } from '../shared/onnx/export-formats.ts';
import { ApiConnection, type ClientOptions } from './api-connection.ts';
import { unpackModel, type DownloadedModel } from './downloaded-model.ts';
import { iterateJobEvents, type JobEventsOptions } from './job-events.ts';

export interface JobFilter {
  readonly state?: JobState | undefined;
  readonly environment?: string | undefined;
  readonly algorithm?: JobSpec['algorithm'] | undefined;
  /** A part of the name, in any case. */
  readonly name?: string | undefined;
  /** A field of the metadata, as `key=value`. */
  readonly metadata?: string | undefined;
  /** Jobs per page. */
  readonly limit?: number;
  /** `lastId` of the previous page. */
  readonly after?: string;
}

export interface NewestEvents {
  readonly data: readonly JobEventRecord[];
  /** Id of the newest event of any type: events after it are new. */
  readonly lastId: number;
}

const newestEventsSchema = z.object({ data: z.array(jobEventRecordSchema), lastId: z.int() });

/** Every method throws ApiError if the server refuses, and ServerUnreachableError if it does not answer. */
export interface Client {
  /**
   * Posts a job. With an idempotency key, a repeated POST returns the same job. `model` is a zip archive of the model that
   * the job starts from: best.zip of a server, or model.json and its weights of TensorFlow.js or Keras.
   */
  createJob(
    request: JobRequest,
    options?: { readonly idempotencyKey?: string; readonly model?: Uint8Array | Blob },
  ): Promise<Job>;
  getJob(id: string): Promise<Job>;
  /** Lists jobs, newest first. */
  listJobs(filter?: JobFilter): Promise<JobPage>;
  /** Lists jobs in short, newest first; up to 1000 per page. */
  listOverviews(filter?: JobFilter): Promise<JobOverviewPage>;
  cancelJob(id: string): Promise<Job>;
  /** Asks a job to write a checkpoint and pause. */
  pauseJob(id: string): Promise<Job>;
  /** Resumes a paused job, or a finished one with larger limits. */
  resumeJob(id: string, changes?: { readonly stop?: JobRequest['stop'] }): Promise<Job>;
  /** Deletes a finished job and its files. */
  deleteJob(id: string): Promise<void>;
  /** Yields every event of a job until it is finished. Reconnects by itself. */
  events(id: string, options?: JobEventsOptions): AsyncGenerator<JobEvent, void, undefined>;
  /** Reads the newest events of some types, oldest first, up to 1000. */
  readNewestEvents(id: string, types: readonly JobEvent['type'][], limit?: number): Promise<NewestEvents>;
  getMetrics(
    id: string,
    range?: { readonly sinceStep?: number; readonly maxPoints?: number },
  ): Promise<LearningCurvePoint[]>;
  /** Greedy evaluations of the whole job, oldest first, thinned to `maxPoints` (3 or more). */
  getEvaluations(id: string, range?: { readonly maxPoints?: number }): Promise<EvaluationResult[]>;
  /** Downloads a model and checks its files. Throws InvalidModelError that names a damaged file. */
  getModel(id: string, name?: ModelName): Promise<DownloadedModel>;
  /**
   * Downloads a model as ONNX or safetensors. Throws ApiError with the code MODEL_NOT_EXPORTABLE if it has a layer that
   * the format does not have.
   */
  exportModel(id: string, format: ExportFormat, name?: ModelName): Promise<Uint8Array>;
  getStatus(): Promise<ServerStatus>;
  listEnvironments(): Promise<EnvironmentSummary[]>;
  listPresets(): Promise<PresetSummary[]>;
  /** Returns whether the server is up and accepts jobs; also false if nothing answers. */
  isReady(): Promise<boolean>;
}

/** Creates a client of the server at `url`. */
export function createClient(options: ClientOptions): Client {
  const connection = new ApiConnection(options);
  const getJson = async (path: string, query = {}): Promise<unknown> =>
    (await connection.request(path, { query })).json();
  const readJob = async (response: Promise<Response>): Promise<Job> =>
    jobSchema.parse(await (await response).json());
  const getJob = (id: string): Promise<Job> => readJob(connection.request(jobPath(id)));

  return {
    createJob: (request, { idempotencyKey, model } = {}) => {
      const headers = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
      const body = model === undefined ? request : createJobForm(request, model);
      return readJob(connection.request('jobs', { method: 'POST', body, headers }));
    },
    getJob,
    listJobs: async (filter = {}) => jobPageSchema.parse(await getJson('jobs', filter)),
    listOverviews: async (filter = {}) => jobOverviewPageSchema.parse(await getJson('overviews', filter)),
    cancelJob: (id) => readJob(connection.request(`${jobPath(id)}/cancel`, { method: 'POST' })),
    pauseJob: (id) => readJob(connection.request(`${jobPath(id)}/pause`, { method: 'POST' })),
    resumeJob: (id, changes) =>
      readJob(
        connection.request(`${jobPath(id)}/resume`, { method: 'POST', ...(changes && { body: changes }) }),
      ),
    deleteJob: async (id) => {
      await connection.request(jobPath(id), { method: 'DELETE' });
    },
    events: (id, eventsOptions) =>
      iterateJobEvents({ connection, jobId: id, getJob: () => getJob(id) }, eventsOptions),
    readNewestEvents: async (id, types, limit = 1000) =>
      newestEventsSchema.parse(
        await getJson(`${jobPath(id)}/events/newest`, { types: types.join(','), limit }),
      ),
    getMetrics: async (id, range = {}) =>
      learningCurveSchema.parse(await getJson(`${jobPath(id)}/metrics`, range)).data,
    getEvaluations: async (id, range = {}) =>
      evaluationListSchema.parse(await getJson(`${jobPath(id)}/evaluations`, range)).data,
    getModel: async (id, name = 'best') => {
      const response = await connection.request(`${jobPath(id)}/models/${name}.zip`);
      return await unpackModel(new Uint8Array(await response.arrayBuffer()));
    },
    exportModel: async (id, format, name = 'best') => {
      const response = await connection.request(`${jobPath(id)}/models/${name}.${format}`);
      return new Uint8Array(await response.arrayBuffer());
    },
    getStatus: async () => serverStatusSchema.parse(await getJson('status')),
    listEnvironments: async () => environmentListSchema.parse(await getJson('environments')).data,
    listPresets: async () => presetListSchema.parse(await getJson('presets')).data,
    isReady: () =>
      connection.request('readyz').then(
        () => true,
        () => false,
      ),
  };
}

function jobPath(id: string): string {
  return `jobs/${encodeURIComponent(id)}`;
}

function createJobForm(request: JobRequest, model: Uint8Array | Blob): FormData {
  const form = new FormData();
  form.set('job', JSON.stringify(request));
  form.set('model', model instanceof Blob ? model : new Blob([new Uint8Array(model)]), 'model.zip');
  return form;
}
