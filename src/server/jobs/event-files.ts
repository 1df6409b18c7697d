// Event files of TensorBoard for all jobs of a server: a directory for each job, a file for each of its masters.
import { join } from 'node:path';
import type { Logger } from 'pino';
import { labelRun } from '../../shared/curve-files/tensorboard/name-run.ts';
import { TensorBoardRun } from '../../shared/curve-files/tensorboard/tensorboard-run.ts';
import { warnOfFailure } from '../../shared/curve-files/warn-of-failure.ts';
import type { JobWarning } from '../../shared/job/job.ts';
import type { JobRecord } from '../store/job-record.ts';
import type { RunObserver } from './run-observer.ts';

export interface EventFilesOptions {
  readonly directory: string;
  /** Records a warning for a job. May throw. */
  readonly warn: (id: JobRecord['id'], warning: JobWarning) => void;
  readonly log: Logger;
}

export class EventFiles {
  readonly #options: EventFilesOptions;
  readonly #closing = new Set<Promise<void>>();

  constructor(options: EventFilesOptions) {
    this.#options = options;
  }

  /** Creates the observer of a run of this job. */
  observe({ id, spec }: Pick<JobRecord, 'id' | 'spec'>): RunObserver {
    const runDirectory = join(this.#options.directory, `${labelRun(spec)}-${id}`);
    let run: TensorBoardRun | null = null;
    return {
      onStart: (resumedAtSteps) => {
        const onFailure = (reason: string): void => {
          this.#warn(id, reason);
        };
        run = new TensorBoardRun({ runDirectory, spec, resumedAtSteps, onFailure });
      },
      onPoints: (points) => {
        for (const figures of points) run?.addPoint(figures);
      },
      onEvaluation: (evaluation) => {
        run?.addEvaluation(evaluation);
      },
      onEnd: () => {
        if (run !== null) this.#close(run);
      },
    };
  }

  /** Resolves when the files of all ended runs are written. */
  async close(): Promise<void> {
    await Promise.all(this.#closing);
  }

  #close(run: TensorBoardRun): void {
    const closing = run.close().finally(() => {
      this.#closing.delete(closing);
    });
    this.#closing.add(closing);
  }

  #warn(id: JobRecord['id'], reason: string): void {
    const { warn, log } = this.#options;
    log.warn({ jobId: id, reason }, "TensorBoard's files cannot be written");
    try {
      warn(id, warnOfFailure(reason));
    } catch (error) {
      // The job was deleted, or the disk that fails is that of the data directory too.
      log.debug({ err: error, jobId: id }, 'a warning could not be recorded');
    }
  }
}
