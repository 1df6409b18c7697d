// Text about a training run: a status line, which is redrawn on a terminal and repeated elsewhere, one line per episode
// on request, and a summary.
import type { JobSpec } from '../../shared/job/job-spec.ts';
import type { JobWarning, TrainingFigures } from '../../shared/job/job.ts';
import type { EpisodeRecord } from '../../shared/protocol/messages.ts';
import {
  formatCount,
  formatDuration,
  formatEpisodeLine,
  formatEvaluation,
  formatNumber,
  formatProgressLine,
} from './format-metrics.ts';
import type { TrainingDisplay, TrainingSummary } from './training-display.ts';

export const clearLine = '\r\u001b[K';
/** Between two status lines where none can be redrawn. */
const lineIntervalMs = 2000;
/** Width for terminals that do not report theirs. */
export const assumedColumns = 80;

/** The part of an output stream that the display uses. */
type TextOutput = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;

export interface TextDisplayOptions {
  readonly output: TextOutput;
  /** Prints a line for each episode. */
  readonly isVerbose: boolean;
  /** A clock in milliseconds. */
  readonly now: () => number;
}

export class TextDisplay implements TrainingDisplay {
  readonly onEpisode?: (episode: EpisodeRecord) => void;
  readonly #output: TextOutput;
  readonly #now: () => number;
  #nextLineAtMs: number;
  #spec: JobSpec | null = null;
  #figures: TrainingFigures | null = null;
  #exponentialAverage: number | null = null;
  #episodeLines: string[] = [];

  constructor({ output, isVerbose, now }: TextDisplayOptions) {
    this.#output = output;
    this.#now = now;
    this.#nextLineAtMs = now() + lineIntervalMs;
    if (isVerbose) {
      this.onEpisode = (episode) => {
        this.#addEpisode(episode);
      };
    }
  }

  begin(spec: JobSpec): void {
    this.#spec = spec;
    const { environment, algorithm, workers, environmentsPerWorker, seed } = spec;
    const places = `${workers} workers × ${environmentsPerWorker} environments`;
    this.#output.write(`Training ${environment} with ${algorithm}, ${places}, seed ${seed}\n`);
  }

  onFigures(figures: TrainingFigures): void {
    this.#figures = figures;
    this.#flushEpisodes();
    if (!this.#output.isTTY) {
      if (this.#now() < this.#nextLineAtMs) return;
      this.#nextLineAtMs = this.#now() + lineIntervalMs;
      this.#output.write(`${formatProgressLine(figures)}\n`);
      return;
    }
    const line = formatProgressLine(figures);
    // A line that wraps could not be redrawn.
    this.#output.write(clearLine + line.slice(0, (this.#output.columns || assumedColumns) - 1));
  }

  onWarning({ message }: JobWarning): void {
    this.#output.write(`${this.#output.isTTY ? clearLine : ''}warning: ${message}\n`);
  }

  finish({ explanation, figures, model }: TrainingSummary): void {
    this.#flushEpisodes();
    if (this.#output.isTTY) this.#output.write(clearLine);
    const { progress, reward, throughput } = figures;
    const work = `${formatCount(progress.steps)} steps, ${formatCount(progress.episodes)} episodes`;
    const pace = `${formatDuration(progress.elapsedSeconds)}, ${formatCount(throughput.stepsPerSecond)} steps/s`;
    const lines = [
      `Trained ${work} in ${pace}`,
      `Moving average: ${formatNumber(reward.movingAverage)}`,
      `Last evaluation: ${reward.evaluation ? formatEvaluation(reward.evaluation) : 'none'}`,
      `Best evaluation: ${formatNumber(reward.best)}`,
      model === null ? 'No model was written' : `Best model: ${model}`,
      `Ended: ${explanation}`,
    ];
    this.#output.write(`${lines.join('\n')}\n`);
  }

  #addEpisode(episode: EpisodeRecord): void {
    const previous = this.#exponentialAverage;
    const average = previous === null ? episode.return : 0.99 * previous + 0.01 * episode.return;
    this.#exponentialAverage = average;
    this.#episodeLines.push(formatEpisodeLine(episode, { average, loss: this.#readLoss() }));
  }

  /** Writes all lines at once: thousands of episodes may end in a second. */
  #flushEpisodes(): void {
    if (this.#episodeLines.length === 0) return;
    const start = this.#output.isTTY ? clearLine : '';
    this.#output.write(`${start}${this.#episodeLines.join('\n')}\n`);
    this.#episodeLines = [];
  }

  /** The total loss, from the newest metrics of its parts. */
  #readLoss(): number | null {
    if (this.#figures === null || this.#spec === null) return null;
    const { policy, value, entropy } = this.#figures.losses;
    if (policy === null || value === null || entropy === null) return null;
    return policy + this.#spec.valueCoefficient * value - this.#spec.entropyCoefficient * entropy;
  }
}
