// Run in TensorBoard: a directory of event files, one for each session of the run's training.
import { createLastDirectory } from '../../artifacts/create-last-directory.ts';
import type { EvaluationResult, TrainingFigures } from '../../job/job.ts';
import type { JobSpec } from '../../job/job-spec.ts';
import type { CurveFile, CurveFileOptions } from '../curve-file.ts';
import { GrowingFile } from '../growing-file.ts';
import { describeSettings, listSettings } from './describe-settings.ts';
import {
  encodeHparams,
  encodeScalars,
  encodeStart,
  encodeText,
  encodeVersion,
  type EventTime,
  type Scalar,
} from './encode-events.ts';
import { createEventFile } from './event-directory.ts';
import { findLastEvaluation } from './find-last-evaluation.ts';
import { listEvaluationScalars, listScalars } from './scalar-tags.ts';

export interface TensorBoardRunOptions extends CurveFileOptions {
  /** Its parent must exist. */
  readonly runDirectory: string;
  readonly spec: JobSpec;
  /** A clock in milliseconds since 1970. */
  readonly now?: () => number;
  readonly intervalMs?: number;
}

export class TensorBoardRun implements CurveFile {
  readonly #now: () => number;
  readonly #file: GrowingFile;
  readonly #described = new Set<string>();
  #lastSteps: number;
  /** Of the last evaluation in earlier files; those up to it are not repeated. Known when the file is ready. */
  #knownEvaluation = -1;

  /** Begins a session. What earlier sessions measured after its first step becomes outdated. */
  constructor({
    runDirectory,
    spec,
    resumedAtSteps,
    onFailure,
    now = () => Date.now(),
    intervalMs,
  }: TensorBoardRunOptions) {
    this.#now = now;
    this.#file = new GrowingFile({
      prepare: async () => {
        await createLastDirectory(runDirectory);
        if (resumedAtSteps !== null)
          this.#knownEvaluation = await findLastEvaluation(runDirectory, resumedAtSteps);
        return await createEventFile(runDirectory, now() / 1000);
      },
      onFailure,
      ...(intervalMs !== undefined && { intervalMs }),
    });
    this.#lastSteps = resumedAtSteps ?? -1;
    const time = this.#timeAt(resumedAtSteps ?? 0);
    this.#file.append(encodeVersion(time));
    // What was measured at the step of the checkpoint itself is kept, and not measured again.
    this.#file.append(encodeStart({ ...time, step: this.#lastSteps + 1 }));
    this.#file.append(encodeText(time, 'settings', describeSettings(spec)));
    this.#file.append(encodeHparams(time, listSettings(spec)));
  }

  addPoint(figures: TrainingFigures): void {
    const { steps } = figures.progress;
    if (steps <= this.#lastSteps) return;
    this.#lastSteps = steps;
    this.#file.append(this.#encodeScalars(steps, listScalars(figures)));
  }

  addEvaluation(evaluation: EvaluationResult): void {
    const record = this.#encodeScalars(evaluation.steps, listEvaluationScalars(evaluation));
    this.#file.append(() => (evaluation.steps <= this.#knownEvaluation ? new Uint8Array() : record));
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #encodeScalars(step: number, scalars: readonly Scalar[]): Uint8Array {
    const described = scalars.map(({ tag, value, description }) => {
      if (this.#described.has(tag)) return { tag, value };
      this.#described.add(tag);
      return { tag, value, description };
    });
    return encodeScalars(this.#timeAt(step), described);
  }

  #timeAt(step: number): EventTime {
    return { wallTime: this.#now() / 1000, step };
  }
}
