// Learning curve of a training on the command line, kept beside its models so that trainings can be compared.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CurveSampler } from '../../shared/measures/curve-sampler.ts';
import { learningCurvePointSchema } from '../../shared/api/learning-curve.ts';
import { trainingFiguresSchema, type TrainingFigures } from '../../shared/job/job.ts';

export const curveFileName = 'curve.json';

const pointSchema = learningCurvePointSchema.pick({
  steps: true,
  episodes: true,
  elapsedSeconds: true,
  movingAverage: true,
  evaluation: true,
});
export type StoredCurvePoint = z.infer<typeof pointSchema>;

const curveFileSchema = z.object({
  formatVersion: z.literal(1),
  progress: trainingFiguresSchema.shape.progress,
  reward: trainingFiguresSchema.shape.reward,
  points: z.array(pointSchema),
});
export type StoredCurve = z.infer<typeof curveFileSchema>;

/** Time between two writes while training, in seconds of training. */
const writeIntervalSeconds = 5;

/** Keeps the curve of one training. */
export class CurveKeeper {
  readonly #directory: string;
  readonly #sampler = new CurveSampler();
  readonly #points: StoredCurvePoint[];
  #writtenAtSeconds = 0;
  #writing: Promise<void> = Promise.resolve();

  /** `before` are the points of an earlier training that this one continues. */
  constructor(directory: string, before: readonly StoredCurvePoint[] = []) {
    this.#directory = directory;
    this.#points = [...before];
  }

  add(figures: TrainingFigures): void {
    const { elapsedSeconds } = figures.progress;
    if (!this.#sampler.accepts(elapsedSeconds)) return;
    this.#points.push(toPoint(figures));
    if (elapsedSeconds - this.#writtenAtSeconds < writeIntervalSeconds) return;
    this.#writtenAtSeconds = elapsedSeconds;
    // The last write says what is wrong with the disk, if it is still wrong then.
    this.#writing = this.#writing.then(() => this.#write(figures)).catch(() => undefined);
  }

  /** Writes the curve to its end. Throws if it cannot be written. */
  async finish(figures: TrainingFigures): Promise<void> {
    if (this.#points.at(-1)?.steps !== figures.progress.steps) this.#points.push(toPoint(figures));
    await this.#writing;
    await this.#write(figures);
  }

  async #write({ progress, reward }: TrainingFigures): Promise<void> {
    const content: StoredCurve = { formatVersion: 1, progress, reward, points: this.#points };
    const path = join(this.#directory, curveFileName);
    await writeFile(`${path}.new`, `${JSON.stringify(content)}\n`);
    await rename(`${path}.new`, path);
  }
}

function toPoint({ progress, reward }: TrainingFigures): StoredCurvePoint {
  const { steps, episodes, elapsedSeconds } = progress;
  const { movingAverage, evaluation } = reward;
  return { steps, episodes, elapsedSeconds, movingAverage, evaluation: evaluation?.mean ?? null };
}

/** Reads the curve in a directory; null if there is none, or none that can be read. */
export async function readCurve(directory: string): Promise<StoredCurve | null> {
  try {
    return curveFileSchema.parse(JSON.parse(await readFile(join(directory, curveFileName), 'utf8')));
  } catch {
    // A training of an earlier version has none, and a damaged one is worth no more: models and checkpoints stand alone.
    return null;
  }
}
