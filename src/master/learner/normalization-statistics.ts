// Normalization statistics of a job: merged moments of all workers' rollouts, published with the parameters.
import { z } from 'zod';
import {
  countVariables,
  describeMoments,
  mergeMoments,
  momentsLength,
  poolMoments,
} from '../../shared/normalization/moments.ts';
import {
  listRunningStatistics,
  findTensor,
  normalizationNames,
  type ParameterLayout,
} from '../../shared/network/parameter-layout.ts';

/** Merged moments of observations and returns. */
export const normalizationStateSchema = z.object({
  observations: z.instanceof(Float64Array),
  returns: z.instanceof(Float64Array),
});
export type NormalizationState = z.infer<typeof normalizationStateSchema>;

export class NormalizationStatistics {
  readonly #observations: Float64Array<ArrayBuffer>;
  readonly #returns: Float64Array<ArrayBuffer>;
  readonly #observationMean: Float32Array;
  readonly #observationVariance: Float32Array;
  readonly #returnVariance: Float32Array;
  /** Running statistics of layers; a rollout's follow its moments of returns. */
  readonly #running: readonly { readonly values: Float32Array; readonly momentum: number }[];

  /** Writes the statistics into `parameters` at the places that the layout gives them. */
  constructor(layout: ParameterLayout, parameters: Float32Array) {
    const view = (name: string): Float32Array => {
      const { offset, size } = findTensor(layout, name) ?? { offset: 0, size: 0 };
      return parameters.subarray(offset, offset + size);
    };
    this.#observationMean = view(normalizationNames.observationMean);
    this.#observationVariance = view(normalizationNames.observationVariance);
    this.#returnVariance = view(normalizationNames.returnVariance);
    this.#running = listRunningStatistics(layout).map(({ offset, size, momentum = 0 }) => ({
      values: parameters.subarray(offset, offset + size),
      momentum,
    }));
    const { observationVariables, returns } = describeMoments({
      observationVariables: countVariables(layout.observationShape),
      normalizeObservations: this.#observationMean.length > 0,
      normalizeRewards: this.#returnVariance.length > 0,
    });
    this.#observations = new Float64Array(momentsLength(observationVariables));
    this.#returns = new Float64Array(momentsLength(returns));
  }

  /** Copies the merged moments. The published statistics follow from them. */
  getState(): NormalizationState {
    return { observations: this.#observations.slice(), returns: this.#returns.slice() };
  }

  setState({ observations, returns }: NormalizationState): void {
    // In checkpoints of earlier versions each cell of a picture has moments of its own.
    this.#setObservations(observations);
    this.#returns.set(returns);
  }

  /** Takes over the statistics in the parameters, as those of `count` samples. */
  adopt(count: number): void {
    const observations = new Float64Array(momentsLength(this.#observationMean.length));
    adoptInto(observations, { count, mean: this.#observationMean, variance: this.#observationVariance });
    this.#setObservations(observations);
    // Only the variance of returns is stored, and only it is used.
    const mean = new Float32Array(this.#returnVariance.length);
    adoptInto(this.#returns, { count, mean, variance: this.#returnVariance });
  }

  /** Merges the moments of one rollout, as RolloutMoments wrote them. */
  merge(moments: Float64Array): void {
    if (moments.length === 0) return;
    const split = this.#observations.length;
    if (split > 0) mergeMoments(this.#observations, moments);
    if (this.#returns.length > 0) mergeMoments(this.#returns, moments, split);
    writeMean(this.#observations, this.#observationMean);
    writeVariance(this.#observations, this.#observationVariance);
    writeVariance(this.#returns, this.#returnVariance);
    if (this.#running.length > 0) this.#moveRunning(moments.subarray(split + this.#returns.length));
  }

  /** Takes over moments of all numbers of an observation, pooled where these share one variable. */
  #setObservations(moments: Float64Array): void {
    const isShared = moments.length > this.#observations.length;
    this.#observations.set(isShared ? poolMoments(moments) : moments);
  }

  /** Moves running statistics towards those of a rollout, if it has brought some (its mark is 1) and all are finite. */
  #moveRunning([mark, ...measured]: Float64Array): void {
    if (mark !== 1 || !measured.every(Number.isFinite)) return;
    let offset = 0;
    for (const { values, momentum } of this.#running) {
      for (let index = 0; index < values.length; index += 1)
        values[index] = momentum * (values[index] ?? 0) + (1 - momentum) * (measured[offset + index] ?? 0);
      offset += values.length;
    }
  }
}

interface KnownStatistics {
  readonly count: number;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

function adoptInto(moments: Float64Array, { count, mean, variance }: KnownStatistics): void {
  if (moments.length === 0) return;
  moments[0] = count;
  moments.set(mean, 1);
  moments.set(
    Float64Array.from(variance, (element) => element * count),
    1 + mean.length,
  );
}

/** Writes the mean of its variable for each number; all share the variable if there is one. */
function writeMean(moments: Float64Array, mean: Float32Array): void {
  const variables = (moments.length - 1) / 2;
  for (let index = 0; index < mean.length; index += 1) mean[index] = moments[1 + (index % variables)] ?? 0;
}

/** Writes the variance of its variable for each number. */
function writeVariance(moments: Float64Array, variance: Float32Array): void {
  const count = moments[0] ?? 0;
  // The variance of a single sample is undefined.
  if (count < 2) return;
  const variables = (moments.length - 1) / 2;
  for (let index = 0; index < variance.length; index += 1)
    variance[index] = (moments[1 + variables + (index % variables)] ?? 0) / count;
}
