// Gradient intake: applies each gradient at once or, in rounds, together with those of all workers. Adds its metrics
// and episodes to the statistics and returns its buffer to the worker.
import {
  readGradientHeader,
  viewEpisodes,
  viewGradient,
  viewMeasurements,
  viewMoments,
  type GradientBufferShape,
  type GradientHeader,
} from '../../shared/protocol/gradient-buffer.ts';
import { gradientMeasureNames, type GradientMeasure } from '../../shared/measures/measures.ts';
import type { EpisodeRecord } from '../../shared/protocol/messages.ts';
import type { Contribution, Learner } from './learner.ts';
import type { TrainingStatistics } from './training-statistics.ts';

export interface GradientIntakeOptions {
  /** Whether the gradients of all workers are averaged and applied as one. */
  readonly learnsInRounds: boolean;
  /** Largest staleness of a gradient that is applied; null: no limit. Rounds have none. */
  readonly maxStaleness: number | null;
  /** Largest divergence of a round that is applied; null: no limit. */
  readonly maxKl: number | null;
  readonly workers: number;
  readonly shape: GradientBufferShape;
  readonly learner: Learner;
  readonly statistics: TrainingStatistics;
  /** Called with the first gradient of a rollout, so that workers that have come meanwhile begin one too. */
  readonly onRollout: () => void;
  /** Called when a round has been counted, before its update is published and starts the next round. */
  readonly onRound: () => void;
  /** Returns a buffer to its worker. */
  readonly returnBuffer: (workerIndex: number, buffer: ArrayBuffer) => void;
  readonly onEpisode: (episode: EpisodeRecord) => void;
}

interface Arrival {
  readonly workerIndex: number;
  readonly buffer: ArrayBuffer;
  readonly header: GradientHeader;
}

export class GradientIntake {
  readonly #options: GradientIntakeOptions;
  /** Arrivals of the current round, in the order of the workers. */
  readonly #round: (Arrival | null)[];
  /** The workers that a round waits for. */
  readonly #isPresent: boolean[];

  constructor(options: GradientIntakeOptions) {
    this.#options = options;
    this.#round = Array<Arrival | null>(options.workers).fill(null);
    this.#isPresent = Array<boolean>(options.workers).fill(true);
  }

  /** Takes one buffer; returns true if training has advanced, false if the round waits for more. */
  receive(workerIndex: number, buffer: ArrayBuffer): boolean {
    const { learnsInRounds, maxStaleness, learner, shape, statistics } = this.#options;
    const arrival = { workerIndex, buffer, header: readGradientHeader(buffer) };
    if (learnsInRounds) return this.#joinRound(arrival);
    const { parameterVersion, coverage } = arrival.header;
    const staleness = learner.version - parameterVersion;
    if (maxStaleness !== null && staleness > maxStaleness && coverage !== 'nothing') {
      learner.refuseStale();
      // Its steps and episodes were played; its metrics are not those of an update.
      this.#fold({ ...arrival, header: { ...arrival.header, coverage: 'nothing' } }, staleness);
      return true;
    }
    const contribution = viewContribution(buffer, shape);
    if (coverage === 'elsewhere') learner.noteAddedElsewhere(contribution.moments);
    // Gradients without coverage, e.g. while a replay buffer is filled, still count steps and episodes.
    else if (coverage !== 'nothing') learner.apply(contribution, statistics.steps, coverage);
    this.#fold(arrival, staleness);
    return true;
  }

  /** Drops what a worker sent for the current round, because it was replaced and its buffers are void. */
  forget(workerIndex: number): void {
    this.#round[workerIndex] = null;
  }

  /**
   * Makes rounds wait for a worker, or go on without it. What it has sent still counts if it only waits. Returns true if
   * the round was complete without it, so that training has advanced.
   */
  setPresence(workerIndex: number, isPresent: boolean, isWaiting = false): boolean {
    this.#isPresent[workerIndex] = isPresent;
    if (isPresent) return false;
    if (!isWaiting) this.forget(workerIndex);
    return this.#completeRound();
  }

  #joinRound(arrival: Arrival): boolean {
    const isFirst = this.#round.every((joined) => joined === null);
    // A worker that comes back has not seen the newest parameters, and sends again before the round is complete.
    const replaced = this.#round[arrival.workerIndex] ?? null;
    if (replaced !== null) this.#fold(replaced, 0);
    this.#round[arrival.workerIndex] = arrival;
    // Only the first gradient of a rollout has its steps.
    if (isFirst && arrival.header.steps > 0) this.#options.onRollout();
    return this.#completeRound();
  }

  /** Averages the gradients of a round in worker order and applies them once, if no present worker is missing. */
  #completeRound(): boolean {
    const { learner, maxKl, shape, statistics, onRound } = this.#options;
    const arrivals = this.#round.filter((joined) => joined !== null);
    const isMissing = this.#round.some((joined, worker) => joined === null && this.#isPresent[worker]);
    if (arrivals.length === 0 || isMissing) return false;
    this.#round.fill(null);
    const { steps } = statistics;
    for (const joined of arrivals) this.#count(joined, 0);
    onRound();
    const contributions = arrivals.map(({ buffer }) => viewContribution(buffer, shape));
    const approximateKl =
      arrivals.reduce((sum, { buffer }) => sum + readMetric(buffer, 'approximateKl'), 0) / arrivals.length;
    if (maxKl !== null && approximateKl > maxKl) learner.skipRound(contributions, steps, approximateKl);
    else learner.applyMean(contributions, steps, approximateKl);
    for (const { workerIndex, buffer } of arrivals) this.#options.returnBuffer(workerIndex, buffer);
    return true;
  }

  #fold(arrival: Arrival, staleness: number): void {
    this.#count(arrival, staleness);
    this.#options.returnBuffer(arrival.workerIndex, arrival.buffer);
  }

  #count({ workerIndex, buffer, header }: Arrival, staleness: number): void {
    const { statistics, shape, onEpisode } = this.#options;
    statistics.addGradient(header, viewMeasurements(buffer), staleness);
    const episodes = header.episodes === 0 ? null : viewEpisodes(buffer, shape);
    for (let index = 0; episodes && index < header.episodes; index += 1) {
      const episodeReturn = episodes[2 * index] ?? 0;
      const length = episodes[2 * index + 1] ?? 0;
      statistics.addEpisode(episodeReturn, length);
      onEpisode({
        episode: statistics.episodes,
        worker: workerIndex,
        return: episodeReturn,
        length,
        steps: statistics.steps,
      });
    }
  }
}

const noMoments = new Float64Array(0);

function viewContribution(buffer: ArrayBuffer, shape: GradientBufferShape): Contribution {
  const moments = shape.moments > 0 ? viewMoments(buffer, shape) : noMoments;
  return { gradient: viewGradient(buffer, shape), moments };
}

function readMetric(buffer: ArrayBuffer, name: GradientMeasure): number {
  return viewMeasurements(buffer)[gradientMeasureNames.indexOf(name)] ?? Number.NaN;
}
