// Gradient exchange over a worker's channel. Each gradient is sent in a pooled buffer; the first one of a rollout also
// carries the rollout's steps, episodes and moments.
import type { GradientMetrics } from '../shared/measures/measures.ts';
import {
  viewEpisodes,
  viewGradient,
  viewMoments,
  writeGradientHeader,
  type GradientBufferShape,
} from '../shared/protocol/gradient-buffer.ts';
import type { GradientChannel } from '../shared/transport/gradient-channel.ts';
import type { Algorithm } from './algorithms/algorithm.ts';
import type { GradientExchange } from './algorithms/gradient-exchange.ts';
import type { PhaseTimer } from './phase-timer.ts';

const NO_VERSION = -1;

export interface ChannelExchangeOptions {
  readonly algorithm: Algorithm;
  readonly channel: GradientChannel;
  readonly shape: GradientBufferShape;
  /** Whether workers learn in rounds: the gradients of all workers are applied together. */
  readonly isSynchronous: boolean;
  readonly timer: PhaseTimer;
}

export class ChannelExchange implements GradientExchange {
  readonly #options: ChannelExchangeOptions;
  #version = NO_VERSION;
  /** Whether the rollout's steps, episodes and moments have not been sent yet. */
  #isRolloutNew = true;

  constructor(options: ChannelExchangeOptions) {
    this.#options = options;
  }

  /** Version of the parameters received last. */
  get version(): number {
    return this.#version;
  }

  get approximateKl(): number {
    return this.#options.channel.approximateKl;
  }

  receive(): boolean {
    const { channel, algorithm } = this.#options;
    const previous = this.#version;
    this.#version = channel.readParameters(algorithm.parameters, previous);
    return this.#version !== previous;
  }

  /** Call it before each rollout. */
  beginRollout(): void {
    this.#isRolloutNew = true;
  }

  send(metrics: GradientMetrics): boolean | Promise<boolean> {
    const { channel, timer } = this.#options;
    timer.enter('waiting');
    const buffer = channel.acquireBuffer();
    if (buffer instanceof Promise)
      return buffer.then(async (acquired) => await this.#sendIn(acquired, metrics));
    return this.#sendIn(buffer, metrics);
  }

  #sendIn(buffer: ArrayBuffer | null, metrics: GradientMetrics): boolean | Promise<boolean> {
    if (buffer === null) return false;
    const { algorithm, channel, shape, isSynchronous, timer } = this.#options;
    timer.enter('learning');
    const { rollout, gradient, moments, coverage = 'everything' } = algorithm;
    const isNew = this.#isRolloutNew;
    const steps = isNew ? rollout.actedRows : 0;
    const episodes = isNew ? rollout.episodeCount : 0;
    const header = { parameterVersion: this.#version, steps, episodes, coverage };
    writeGradientHeader(buffer, header, { metrics, phaseTimes: timer.takeTimes() });
    if (episodes > 0) viewEpisodes(buffer, shape).set(rollout.episodes.subarray(0, 2 * episodes));
    if (shape.moments > 0) {
      if (isNew) viewMoments(buffer, shape).set(moments);
      else viewMoments(buffer, shape).fill(0);
    }
    viewGradient(buffer, shape).set(gradient);
    this.#isRolloutNew = false;
    channel.send(buffer);
    return isSynchronous ? this.#waitForRound() : true;
  }

  #waitForRound(): boolean | Promise<boolean> {
    const { channel, timer } = this.#options;
    timer.enter('waiting');
    const isApplied = channel.waitForNewerThan(this.#version);
    if (isApplied instanceof Promise) return isApplied.finally(() => timer.enter('learning'));
    timer.enter('learning');
    return isApplied;
  }
}
