// Options of the client's methods.
import type { CurveColumn } from '../shared/api/learning-curve.ts';
import type { Algorithm } from '../shared/job/job-spec.ts';
import type { JobState } from '../shared/job/job.ts';
import type { ModelName } from '../shared/job/model-name.ts';
import type { ExportFormat } from '../shared/onnx/export-formats.ts';
import type { CallOptions } from './api-connection.ts';

export interface JobFilter extends PageOptions {
  readonly state?: JobState | undefined;
  readonly environment?: string | undefined;
  readonly algorithm?: Algorithm | undefined;
  /** A part of the name, in any case. */
  readonly name?: string | undefined;
  /** A field of the metadata, as `key=value`. */
  readonly metadata?: string | undefined;
  /** Only jobs of this experiment or tuning. */
  readonly experiment?: string | undefined;
}

export interface PageOptions extends CallOptions {
  /** Entries per page: up to 100, of overviews up to 1000. */
  readonly limit?: number | undefined;
  /** `lastId` of the previous page. */
  readonly after?: string | undefined;
}

export interface CreateJobOptions extends CallOptions {
  /** A repeated POST with the same key and body returns the same job. */
  readonly idempotencyKey?: string | undefined;
  /**
   * Zip archive of the model that the job starts from: best.zip of a server, or model.json and its weights of
   * TensorFlow.js or Keras.
   */
  readonly model?: Uint8Array | ArrayBuffer | Blob | undefined;
}

export interface CurveRange extends CallOptions {
  /** Only points with more steps than this. */
  readonly sinceStep?: number | undefined;
  /** Maximum number of points; a longer curve is thinned. */
  readonly maxPoints?: number | undefined;
}

export interface TableOptions extends CallOptions {
  /** Maximum number of rows of each job; 3 or more. */
  readonly maxPoints?: number | undefined;
}

export interface BandOptions extends CurveRange {
  readonly columns: readonly CurveColumn[];
  /** Only points with at most this many steps. */
  readonly untilStep?: number | undefined;
}

/** A file of a job's models, by its address below `/jobs/{id}/models/`. */
export type ModelFile =
  `${ModelName}.${'zip' | ExportFormat}` | `${ModelName}/${'model.json' | 'weights.bin' | 'model-card.json'}`;
