// Normalization of observations in kernel memory, with the statistics that are stored with the parameters.
import { findTensor, normalizationNames, type ParameterLayout } from '../../../network/parameter-layout.ts';
import { VARIANCE_EPSILON } from '../../../normalization/scale-rewards.ts';
import { offsetBy, type Address } from '../kernels/address.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { Kernels } from '../kernels/kernels.ts';

/** A network whose observations are normalized. */
interface NormalizedNetwork {
  readonly layout: ParameterLayout;
  readonly parameters: Address;
  readonly observations: Address;
}

export class ObservationNormalization {
  /** Rows of normalized observations. */
  readonly output: Address;
  readonly #observations: Address;
  readonly #mean: Address;
  readonly #variance: Address;
  /** Size of one observation. */
  readonly #size: number;

  /** `length`: the numbers of all rows. */
  constructor(
    plan: KernelMemoryPlan,
    { layout, parameters, observations }: NormalizedNetwork,
    length: number,
  ) {
    const mean = findTensor(layout, normalizationNames.observationMean);
    const variance = findTensor(layout, normalizationNames.observationVariance);
    if (!mean || !variance) throw new RangeError('the layout has no statistics of observations');
    this.output = plan.reserve(length);
    this.#observations = observations;
    this.#mean = offsetBy(parameters, mean.offset);
    this.#variance = offsetBy(parameters, variance.offset);
    this.#size = mean.size;
  }

  normalize(kernels: Kernels, firstRow: number, rows: number): void {
    const size = this.#size;
    const from = offsetBy(this.#observations, firstRow * size);
    const to = offsetBy(this.output, firstRow * size);
    kernels.normalize(from, this.#mean, this.#variance, to, rows, size, VARIANCE_EPSILON);
  }
}
