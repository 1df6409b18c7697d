// The kernels of the Gaussian policies in plain TypeScript; see reference-kernels.ts.
import type { Kernels } from './kernels.ts';

type GaussianKernels = Pick<
  Kernels,
  'gaussianAct' | 'gaussianGradient' | 'gaussianStateDependentAct' | 'gaussianStateDependentGradient'
>;

const halfLogTwoPi = Math.log(2 * Math.PI) / 2;

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** What a Gaussian loss sums up over rows and action elements. */
export class GaussianFigures {
  #loss = 0;
  #entropy = 0;
  #mean = 0;
  #deviation = 0;

  add({ loss, entropy, mean, deviation }: Record<'loss' | 'entropy' | 'mean' | 'deviation', number>): void {
    this.#loss += loss;
    this.#entropy += entropy;
    this.#mean += mean;
    this.#deviation += deviation;
  }

  /** Losses 0, 1, 3 and 4. */
  write(put: (index: number, value: number) => void, rows: number, size: number): void {
    put(0, this.#loss / rows);
    put(1, this.#entropy / rows);
    put(3, this.#mean / rows / size);
    put(4, this.#deviation / rows / size);
  }
}

/** −log N(action; mean, σ) and its entropy, with z = (action − mean)/σ. */
export function measure(action: number, mean: number, deviation: number) {
  const z = (action - mean) / deviation;
  const entropy = Math.log(deviation) + halfLogTwoPi + 0.5;
  return { z, surprise: 0.5 * z * z + Math.log(deviation) + halfLogTwoPi, entropy };
}

export function createReferenceGaussianKernels(all: Float32Array): GaussianKernels {
  const at = (address: number, index: number): number => all[address / 4 + index]!;
  const put = (address: number, index: number, value: number): void => {
    all[address / 4 + index] = value;
  };
  return {
    gaussianAct(means, logStandardDeviations, noise, actions, rows, size) {
      for (let index = 0; index < rows * size; index += 1) {
        const deviation = Math.exp(at(logStandardDeviations, index % size));
        put(actions, index, at(means, index) + (noise === 0 ? 0 : deviation * at(noise, index)));
      }
    },
    gaussianGradient(
      means,
      logStandardDeviations,
      actions,
      advantages,
      meanGradient,
      logStandardDeviationGradient,
      losses,
      rows,
      size,
      entropyCoefficient,
    ) {
      const figures = new GaussianFigures();
      const slopes = Array<number>(size).fill(0);
      for (let index = 0; index < rows * size; index += 1) {
        const deviation = Math.exp(at(logStandardDeviations, index % size));
        const advantage = at(advantages, Math.floor(index / size));
        const mean = at(means, index);
        const { z, surprise, entropy } = measure(at(actions, index), mean, deviation);
        figures.add({ loss: advantage * surprise, entropy, mean, deviation });
        put(meanGradient, index, (-advantage * z) / deviation / rows);
        slopes[index % size]! += (advantage * (1 - z * z) - entropyCoefficient) / rows;
      }
      slopes.forEach((slope, k) => {
        put(logStandardDeviationGradient, k, slope);
      });
      figures.write((index, value) => put(losses, index, value), rows, size);
    },
    gaussianStateDependentAct(outputs, noise, actions, rows, size, minimum) {
      for (let index = 0; index < rows * size; index += 1) {
        const from = Math.floor(index / size) * 2 * size + (index % size);
        const deviation = softplus(at(outputs, from + size)) + minimum;
        put(actions, index, at(outputs, from) + (noise === 0 ? 0 : deviation * at(noise, index)));
      }
    },
    gaussianStateDependentGradient(
      outputs,
      actions,
      advantages,
      gradient,
      losses,
      rows,
      size,
      minimum,
      entropyCoefficient,
    ) {
      const figures = new GaussianFigures();
      for (let index = 0; index < rows * size; index += 1) {
        const from = Math.floor(index / size) * 2 * size + (index % size);
        const x = at(outputs, from + size);
        const deviation = softplus(x) + minimum;
        const advantage = at(advantages, Math.floor(index / size));
        const mean = at(outputs, from);
        const { z, surprise, entropy } = measure(at(actions, index), mean, deviation);
        figures.add({ loss: advantage * surprise, entropy, mean, deviation });
        const slope = (advantage * (1 - z * z) - entropyCoefficient) / deviation / (1 + Math.exp(-x));
        put(gradient, from, (-advantage * z) / deviation / rows);
        put(gradient, from + size, slope / rows);
      }
      figures.write((index, value) => put(losses, index, value), rows, size);
    },
  };
}
