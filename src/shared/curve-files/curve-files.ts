// All curve files of a run.
import type { EvaluationResult, TrainingFigures } from '../job/job.ts';
import { CurveSampler } from '../measures/curve-sampler.ts';
import type { CurveFile } from './curve-file.ts';

export class CurveFiles implements CurveFile {
  readonly #files: readonly CurveFile[];
  readonly #sampler = new CurveSampler();

  constructor(files: readonly CurveFile[]) {
    this.#files = files;
  }

  /** Leaves out points as the server does, so that a run of weeks has a curve of about ten thousand points. */
  addPoint(figures: TrainingFigures): void {
    if (this.#sampler.accepts(figures.progress.elapsedSeconds)) this.addLastPoint(figures);
  }

  /** The end of the curve is never left out. */
  addLastPoint(figures: TrainingFigures): void {
    for (const file of this.#files) file.addPoint(figures);
  }

  addEvaluation(evaluation: EvaluationResult): void {
    for (const file of this.#files) file.addEvaluation(evaluation);
  }

  async close(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.close()));
  }
}
