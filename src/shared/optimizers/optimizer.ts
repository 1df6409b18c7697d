// Optimizers over the flat parameters: Adam and RMSProp with tfjs's formulas, one rate for the actor (or trunk) and
// one for the critic. Their state is one per job, shared by all workers.
import type { OptimizerSpec } from '../job/job-spec.ts';
import type { KernelMemoryPlan } from '../kernels/kernel-memory.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { ParameterLayout } from '../parameters/parameter-layout.ts';

const FLOAT_BYTES = 4;

/** Parameters and their gradient: byte addresses of arrays in the layout's order. */
export interface OptimizerTarget {
  readonly parameters: number;
  readonly gradient: number;
}

export interface Optimizer {
  /** Applies one gradient with every learning rate multiplied by `rateFactor`. */
  step(kernels: Kernels, target: OptimizerTarget, rateFactor: number): void;
}

/** A run of parameters that share a learning rate. */
interface Segment {
  readonly offset: number;
  readonly length: number;
  readonly learningRate: number;
}

export function createOptimizer(
  plan: KernelMemoryPlan,
  spec: OptimizerSpec,
  layout: ParameterLayout,
): Optimizer {
  const segments = divideByLearningRate(spec, layout);
  const first = plan.reserve(layout.trainableSize);
  const second = plan.reserve(layout.trainableSize);
  switch (spec.type) {
    case 'adam': {
      const { beta1, beta2, epsilon } = spec;
      let power1 = 1;
      let power2 = 1;
      return {
        step(kernels, { parameters, gradient }, rateFactor) {
          power1 *= beta1;
          power2 *= beta2;
          const correction1 = 1 / (1 - power1);
          const correction2 = 1 / (1 - power2);
          for (const { offset, length, learningRate } of segments) {
            const bytes = offset * FLOAT_BYTES;
            kernels.adam(
              parameters + bytes,
              gradient + bytes,
              first + bytes,
              second + bytes,
              length,
              learningRate * rateFactor,
              beta1,
              beta2,
              epsilon,
              correction1,
              correction2,
            );
          }
        },
      };
    }
    case 'rmsprop': {
      const { decay, momentum, epsilon } = spec;
      return {
        step(kernels, { parameters, gradient }, rateFactor) {
          for (const { offset, length, learningRate } of segments) {
            const bytes = offset * FLOAT_BYTES;
            kernels.rmsProp(
              parameters + bytes,
              gradient + bytes,
              first + bytes,
              second + bytes,
              length,
              learningRate * rateFactor,
              decay,
              momentum,
              epsilon,
            );
          }
        },
      };
    }
  }
}

function divideByLearningRate(
  { learningRate, criticLearningRate }: OptimizerSpec,
  layout: ParameterLayout,
): Segment[] {
  const { trainableSize: size, criticOffset } = layout;
  if (criticLearningRate === null) return [{ offset: 0, length: size, learningRate }];
  return [
    { offset: 0, length: criticOffset, learningRate },
    { offset: criticOffset, length: size - criticOffset, learningRate: criticLearningRate },
  ];
}
