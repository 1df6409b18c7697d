// Optimizers over the flat parameters: Adam and RMSProp with the formulas of tfjs, with one learning rate for the actor
// (or trunk) and one for the critic. A job has one optimizer state, shared by all workers.
import type { LearningRates, OptimizerSpec } from '../../optimizers/optimizer-spec.ts';
import { offsetBy, type Address } from './kernels/address.ts';
import type { KernelMemoryPlan } from './kernels/kernel-memory.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { ParameterLayout } from '../../network/parameter-layout.ts';
import type { AppliedCoverage } from '../parameter-optimizer.ts';

/** Addresses of the parameters and their gradient, in the layout's order. */
export interface OptimizerTarget {
  readonly parameters: Address;
  readonly gradient: Address;
}

export interface Optimizer {
  /** Two arrays of moments, each as long as the trainable parameters. */
  readonly moments: readonly [first: Address, second: Address];
  /** Returns the other numbers that the optimizer keeps between steps. */
  getCounters(): number[];
  setCounters(counters: readonly number[]): void;
  /** Applies one gradient, or its critic's part, with every learning rate multiplied by `rateFactor`. */
  step(kernels: Kernels, target: OptimizerTarget, rateFactor: number, coverage?: AppliedCoverage): void;
  setLearningRates(rates: LearningRates): void;
}

/** Consecutive parameters with one learning rate. */
interface Segment {
  readonly offset: number;
  readonly length: number;
  learningRate: number;
  readonly isCritic: boolean;
}

export function createOptimizer(
  plan: KernelMemoryPlan,
  spec: OptimizerSpec,
  layout: ParameterLayout,
): Optimizer {
  const segments = divideIntoSegments(spec, layout);
  const moments = [plan.reserve(layout.trainableSize), plan.reserve(layout.trainableSize)] as const;
  switch (spec.type) {
    case 'adam':
      return createAdam(spec, segments, moments);
    case 'rmsprop':
      return createRmsProp(spec, segments, moments);
  }
}

/** Adam. Moments are corrected by the steps of their own segment, because an actor may start later than its critic. */
function createAdam(
  { beta1, beta2, epsilon }: Extract<OptimizerSpec, { type: 'adam' }>,
  segments: readonly Segment[],
  moments: Optimizer['moments'],
): Optimizer {
  const [first, second] = moments;
  const powers = segments.map(() => ({ power1: 1, power2: 1 }));
  return {
    moments,
    getCounters: () => powers.flatMap(({ power1, power2 }) => [power1, power2]),
    setCounters(counters) {
      powers.forEach((power, index) => {
        power.power1 = counters[2 * index] ?? 1;
        power.power2 = counters[2 * index + 1] ?? 1;
      });
    },
    step(kernels, { parameters, gradient }, rateFactor, coverage = 'everything') {
      for (let index = 0; index < segments.length; index += 1) {
        const { offset, length, learningRate, isCritic } = segments[index]!;
        if (coverage === 'critic' && !isCritic) continue;
        const power = powers[index]!;
        power.power1 *= beta1;
        power.power2 *= beta2;
        kernels.adam(
          offsetBy(parameters, offset),
          offsetBy(gradient, offset),
          offsetBy(first, offset),
          offsetBy(second, offset),
          length,
          learningRate * rateFactor,
          beta1,
          beta2,
          epsilon,
          1 / (1 - power.power1),
          1 / (1 - power.power2),
        );
      }
    },
    setLearningRates(rates) {
      setRates(segments, rates);
    },
  };
}

function createRmsProp(
  { decay, momentum, epsilon }: Extract<OptimizerSpec, { type: 'rmsprop' }>,
  segments: readonly Segment[],
  moments: Optimizer['moments'],
): Optimizer {
  const [first, second] = moments;
  return {
    moments,
    getCounters: () => [],
    setCounters: () => undefined,
    step(kernels, { parameters, gradient }, rateFactor, coverage = 'everything') {
      for (const { offset, length, learningRate, isCritic } of segments) {
        if (coverage === 'critic' && !isCritic) continue;
        kernels.rmsProp(
          offsetBy(parameters, offset),
          offsetBy(gradient, offset),
          offsetBy(first, offset),
          offsetBy(second, offset),
          length,
          learningRate * rateFactor,
          decay,
          momentum,
          epsilon,
        );
      }
    },
    setLearningRates(rates) {
      setRates(segments, rates);
    },
  };
}

function setRates(segments: readonly Segment[], { learningRate, criticLearningRate }: LearningRates): void {
  for (const segment of segments)
    segment.learningRate = segment.isCritic ? (criticLearningRate ?? learningRate) : learningRate;
}

/** Divides the parameters into those of the actor (or trunk) and those of the critic. */
function divideIntoSegments(
  { learningRate, criticLearningRate }: OptimizerSpec,
  layout: ParameterLayout,
): Segment[] {
  const { trainableSize: size, criticOffset } = layout;
  return [
    { offset: 0, length: criticOffset, learningRate, isCritic: false },
    {
      offset: criticOffset,
      length: size - criticOffset,
      learningRate: criticLearningRate ?? learningRate,
      isCritic: true,
    },
  ];
}
