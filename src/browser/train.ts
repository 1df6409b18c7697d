// train() in a browser: the run is in a Web Worker, so the page stays free to draw.
import type { TrainingListener, TrainingOutcome } from '../master/training-run-options.ts';
import { fetchKernels } from '../shared/engines/wasm/fetch-kernels.ts';
import { AppError } from '../shared/errors/app-error.ts';
import { restoreError } from '../shared/errors/error-record.ts';
import type { JobRequest } from '../shared/job/job-spec.ts';
import type { ModelName } from '../shared/job/model-name.ts';
import { InvalidJobError } from '../shared/job/resolve-job-spec.ts';
import type { TrainerReport, TrainerRequest } from './messages.ts';

/** The page may not share memory with its workers. */
export class NotIsolatedError extends AppError {
  readonly code = 'NOT_CROSS_ORIGIN_ISOLATED';
}

export interface BrowserTrainOptions extends Pick<
  TrainingListener,
  'onFigures' | 'onCurvePoint' | 'onEvaluation' | 'onWarning'
> {
  /**
   * Address of the module that exports the environment, which each worker imports; absent for a built-in environment.
   * Workers have no import map: without a bundler, it must import everything by address.
   */
  readonly environmentModule?: string | URL;
  /**
   * Address of the directory that has kernels.wasm and kernels-simd.wasm; default: where the package or its bundler has
   * them.
   */
  readonly kernels?: string;
  /** Called for each new version of a model, an archive like those of a server. `loadPolicy(archive)` loads it. */
  onModel?(model: ModelName, archive: Uint8Array<ArrayBuffer>, steps: number): void;
  /** Aborting it ends the training; the result is what was learned until then. */
  readonly signal?: AbortSignal;
}

export interface BrowserTrainingOutcome extends TrainingOutcome {
  /** The newest archive of each model. */
  readonly models: ReadonlyMap<ModelName, Uint8Array<ArrayBuffer>>;
}

/**
 * Trains a job to its end in Web Workers and returns the result. Missing fields of the request come from the preset of
 * its environment, as in Node. Throws InvalidJobError, which names each wrong field; NotIsolatedError if the page was
 * served without the headers that allow shared memory; KernelsUnavailableError if the kernels cannot be fetched.
 */
export async function train(
  request: JobRequest,
  options: BrowserTrainOptions = {},
): Promise<BrowserTrainingOutcome> {
  if (!crossOriginIsolated)
    throw new NotIsolatedError(
      'this page may not share memory with its workers: serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, over HTTPS or from this machine',
    );
  const { environmentModule, signal } = options;
  const kernels = await fetchKernels(options.kernels);
  const trainer = new Worker(new URL('./trainer.js', import.meta.url), {
    type: 'module',
    name: 'a3c trainer',
  });
  const send = (message: TrainerRequest): void => {
    trainer.postMessage(message);
  };
  const stop = (): void => {
    send({ type: 'stop' });
  };
  try {
    const outcome = receive(trainer, options);
    send({
      type: 'start',
      request,
      environmentModule: environmentModule === undefined ? null : String(environmentModule),
      kernels,
      cores: navigator.hardwareConcurrency,
    });
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop);
    return await outcome;
  } finally {
    signal?.removeEventListener('abort', stop);
    trainer.terminate();
  }
}

/** Passes what the trainer reports to the page's listeners, until the end. */
async function receive(trainer: Worker, options: BrowserTrainOptions): Promise<BrowserTrainingOutcome> {
  const models = new Map<ModelName, Uint8Array<ArrayBuffer>>();
  return await new Promise((resolve, reject) => {
    trainer.addEventListener('error', ({ message }) => {
      reject(new Error(`the Web Worker that trains ended: ${message || 'its script cannot be loaded'}`));
    });
    trainer.addEventListener('message', ({ data: report }: { readonly data: TrainerReport }) => {
      switch (report.type) {
        case 'figures':
          options.onFigures?.(report.figures, report.episodes);
          break;
        case 'curvePoint':
          options.onCurvePoint?.(report.figures);
          break;
        case 'evaluation':
          options.onEvaluation?.(report.evaluation, report.isBest);
          break;
        case 'warning':
          options.onWarning?.(report.warning);
          break;
        case 'model':
          models.set(report.model, report.archive);
          options.onModel?.(report.model, report.archive, report.steps);
          break;
        case 'finished':
          resolve({ ...report.outcome, models });
          break;
        case 'failed':
          reject(report.issues === null ? restoreError(report.error) : new InvalidJobError(report.issues));
          break;
      }
    });
  });
}

export { defineEnvironment } from '../shared/environments/custom/define-environment.ts';
export { InvalidJobError };
export type { JobRequest };
